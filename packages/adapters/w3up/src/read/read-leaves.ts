import { type Bytes, type Call, close, GantryError, throwIfCancelled } from '@gantry/core/driver'

import { isBlockOf } from '../pack/cid.ts'
import type { BlockReader } from './block-reader.ts'
import type { Place } from './block-source.ts'
import type { Leaf } from './file-leaves.ts'

/** Bytes between two blocks that are read and thrown away, rather than asking again. */
const widestGap = 64 * 1024
const longestRun = 64

interface Located {
  readonly leaf: Leaf
  readonly place: Place
}

/**
 * The bytes of leaves, each proved by its CID before it is given. Leaves that lie side by side in a shard are read as one;
 * what is damaged there, or cannot be had, is asked of the other sources.
 */
export async function* readLeaves(
  reader: BlockReader,
  leaves: AsyncIterable<Leaf>,
  call: Call,
): AsyncGenerator<{ readonly leaf: Leaf; readonly bytes: Uint8Array }, void, undefined> {
  let run: Located[] = []
  for await (const leaf of leaves) {
    const place = await locate(reader, leaf, call)
    const last = run.at(-1)?.place
    if (run.length > 0 && (place === undefined || run.length >= longestRun || !follows(last, place))) {
      yield* readRun(reader, run, call)
      run = []
    }
    if (place === undefined) yield { leaf, bytes: await checked(reader, leaf, call) }
    else run.push({ leaf, place })
  }
  yield* readRun(reader, run, call)
}

async function locate(reader: BlockReader, leaf: Leaf, call: Call): Promise<Place | undefined> {
  try {
    const place = await reader.runs?.locate(leaf.cid, call)
    return place?.size === leaf.size ? place : undefined
  } catch {
    throwIfCancelled(call)
    return undefined
  }
}

function follows(last: Place | undefined, next: Place): boolean {
  if (last?.file !== next.file) return false
  const gap = next.offset - last.offset - last.size
  return gap >= 0 && gap <= widestGap
}

async function* readRun(reader: BlockReader, run: readonly Located[], call: Call) {
  const [first, last] = [run[0]?.place, run.at(-1)?.place]
  if (first === undefined || last === undefined) return
  let cursor: Cursor | undefined
  try {
    const range = { start: first.offset, end: last.offset + last.size }
    const body = await reader.runs?.readRun(first.file, range, call)
    if (body !== undefined) cursor = new Cursor(body, first.offset)
  } catch {
    throwIfCancelled(call)
  }
  try {
    for (const { leaf, place } of run) {
      const bytes = await cursor?.take(place).catch(() => {
        throwIfCancelled(call)
        cursor = undefined
        return undefined
      })
      const right = bytes !== undefined && isBlockOf(leaf.cid, bytes)
      yield { leaf, bytes: right ? bytes : await checked(reader, leaf, call) }
    }
  } finally {
    await cursor?.close()
  }
}

async function checked(reader: BlockReader, leaf: Leaf, call: Call): Promise<Uint8Array> {
  const bytes = await reader.block(leaf.cid, call)
  if (bytes.length === leaf.size) return bytes
  throw new GantryError('integrity', 'A leaf has another length than its file says.')
}

/** Takes pieces out of a body, in order, into one buffer. */
class Cursor {
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #body: Bytes
  #position: number
  #left: Uint8Array = new Uint8Array()
  #buffer: Uint8Array = new Uint8Array()

  constructor(body: Bytes, position: number) {
    this.#iterator = body[Symbol.asyncIterator]()
    this.#body = { [Symbol.asyncIterator]: () => this.#iterator as AsyncIterableIterator<Uint8Array> }
    this.#position = position
  }

  async take({ offset, size }: Place): Promise<Uint8Array> {
    await this.#move(offset - this.#position, undefined)
    // Lies in one chunk: it is borrowed as that is.
    if (this.#left.length >= size) {
      const piece = this.#left.subarray(0, size)
      this.#left = this.#left.subarray(size)
      this.#position += size
      return piece
    }
    if (this.#buffer.length < size) this.#buffer = Buffer.allocUnsafeSlow(size)
    const into = this.#buffer.subarray(0, size)
    await this.#move(size, into)
    return into
  }

  async close(): Promise<void> {
    await close(this.#body)
  }

  async #move(count: number, into: Uint8Array | undefined): Promise<void> {
    for (let done = 0; done < count;) {
      if (this.#left.length === 0) {
        const { done: over, value } = await this.#iterator.next()
        if (over === true) throw new GantryError('integrity', 'A shard ends before its index does.')
        this.#left = value
        continue
      }
      const piece = this.#left.subarray(0, count - done)
      into?.set(piece, done)
      this.#left = this.#left.subarray(piece.length)
      done += piece.length
    }
    this.#position += count
  }
}
