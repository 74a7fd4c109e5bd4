import { GantryError } from '@gantry/core/driver'

import type { SliceCursor } from '../read/slice-cursor.ts'
import { blockSize, paddingOf } from './pax-header.ts'
import type { TarRow } from './tar-row.ts'

/** Longest header of its own that an entry may have: names and times are much shorter. */
const longestRecord = 1024 * 1024

/** An entry as it comes by. */
export interface TarEntry extends TarRow {
  /** `0` is a file, `5` a folder; others (links, sparse files) have no bytes that can be had as they are. */
  readonly type: string
}

/**
 * The entries of a tar in the order that they have. Between one and the next, their bytes are at `cursor`, to be taken or
 * left. Answers where the entries end: at the first empty block. PAX and GNU headers are understood;
 * `integrity` for what is no tar, or is cut off.
 */
export async function* walkTar(cursor: SliceCursor): AsyncGenerator<TarEntry, number, undefined> {
  for (;;) {
    const headerOffset = cursor.position
    // Some writers leave out the empty blocks at the end.
    if (await cursor.ended()) return headerOffset
    const extended = new Map<string, string>()
    let header = await readBlock(cursor)
    for (; isExtension(header.type); header = await readBlock(cursor)) {
      if (header.size > longestRecord) throw damaged()
      const content = await cursor.peek(header.size)
      readExtension(header.type, content, extended)
      await cursor.skipTo(cursor.position + header.size + paddingOf(header.size, blockSize))
    }
    if (header.empty) return headerOffset
    const size = sizeIn(extended.get('size')) ?? header.size
    yield {
      name: fromRoot(extended.get('path') ?? header.name),
      headerOffset,
      offset: cursor.position,
      size,
      mtime: timeIn(extended.get('mtime')) ?? header.mtime,
      type: header.type,
    }
    await cursor.skipTo(header.dataOffset + size + paddingOf(size, blockSize))
  }
}

/** Whether anything but zeros is left: another tar, or what was put behind this one. Reads no further than to the first such byte. */
export async function isFollowed(cursor: SliceCursor): Promise<boolean> {
  for await (const piece of cursor.rest()) {
    if (piece.some((byte) => byte !== 0)) return true
  }
  return false
}

/** One file has one name, however whoever made the tar called it: `./instances/1.dcm` as well. */
function fromRoot(name: string): string {
  return name.replaceAll(/(^|\/)(?:\.?\/)+/gu, '$1')
}

interface Header {
  readonly empty: boolean
  readonly name: string
  readonly size: number
  readonly mtime: number
  readonly type: string
  readonly dataOffset: number
}

async function readBlock(cursor: SliceCursor): Promise<Header> {
  const block = Uint8Array.from(await cursor.peek(blockSize))
  const empty = block.every((byte) => byte === 0)
  if (empty) return { empty, name: '', size: 0, mtime: 0, type: '', dataOffset: cursor.position }
  await cursor.skipTo(cursor.position + blockSize)
  checkSum(block)
  const prefix = isUstar(block) ? textIn(block, 345, 155) : ''
  const name = textIn(block, 0, 100)
  const type = String.fromCharCode(block[156] ?? 0)
  if (type === 'S') await passSparseMap(cursor, block[482])
  return {
    empty,
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: fieldIn(block, 124, 12),
    mtime: fieldIn(block, 136, 12),
    type: type === '\0' || type === '7' ? '0' : type,
    dataOffset: cursor.position,
  }
}

/** GNU's map of a sparse file goes on in blocks that no size counts. */
async function passSparseMap(cursor: SliceCursor, more: number | undefined): Promise<void> {
  for (let next = more; next !== undefined && next !== 0;) {
    next = (await cursor.peek(blockSize))[504]
    await cursor.skipTo(cursor.position + blockSize)
  }
}

function isExtension(type: string): boolean {
  return type === 'x' || type === 'g' || type === 'L' || type === 'K'
}

function readExtension(type: string, content: Uint8Array, extended: Map<string, string>): void {
  if (type === 'L') extended.set('path', new TextDecoder().decode(content).replace(/\0.*$/su, ''))
  if (type !== 'x') return
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at)
    const length = Number(new TextDecoder('latin1').decode(content.subarray(at, Math.max(space, at))))
    if (space < 0 || !Number.isSafeInteger(length) || length <= space - at || at + length > content.length)
      throw damaged()
    const [, key, value] =
      /^([^=]+)=(.*)\n$/su.exec(new TextDecoder().decode(content.subarray(space + 1, at + length))) ?? []
    if (key === undefined || value === undefined) throw damaged()
    extended.set(key, value)
    at += length
  }
}

/** Of all bytes, its own taken as spaces. */
function checkSum(block: Uint8Array): void {
  let sum = 0
  for (let at = 0; at < blockSize; at += 1) sum += at >= 148 && at < 156 ? 0x20 : (block[at] as number)
  if (sum !== fieldIn(block, 148, 8)) throw damaged()
}

function isUstar(block: Uint8Array): boolean {
  return textIn(block, 257, 6) === 'ustar'
}

function textIn(block: Uint8Array, at: number, length: number): string {
  const bytes = block.subarray(at, at + length)
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

/** Octal digits, or, marked by its first bit, a number in base 256. */
function fieldIn(block: Uint8Array, at: number, length: number): number {
  const bytes = block.subarray(at, at + length)
  if (((bytes[0] ?? 0) & 0x80) !== 0) {
    const value = bytes.reduce((sum, byte, index) => sum * 256 + (index === 0 ? byte & 0x7f : byte), 0)
    if (!Number.isSafeInteger(value)) throw damaged()
    return value
  }
  const digits = /^ *([0-7]*)/u.exec(new TextDecoder('latin1').decode(bytes))?.[1] ?? ''
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

function sizeIn(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const size = /^\d+$/u.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(size)) throw damaged()
  return size
}

/** Seconds, which may have a fraction. */
function timeIn(text: string | undefined): number | undefined {
  const number = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) && number >= 0 ? number : undefined
}

function damaged(): GantryError {
  return new GantryError('integrity', 'The tar is damaged: a header in it makes no sense.', { retryable: false })
}
