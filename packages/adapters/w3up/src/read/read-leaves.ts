import { type Bytes, type Call, close, GantryError, throwIfCancelled } from '@gantry/core/driver'

import { isProvable } from '../pack/cid.ts'
import { digestLeaf } from '../pack/digest-leaf.ts'
import { leafSize } from '../pack/leaves.ts'
import type { BlockReader } from './block-reader.ts'
import type { Place } from './block-source.ts'
import type { Leaf } from './file-leaves.ts'
import { giveLeaf, takeLeaf } from './leaf-pool.ts'

/** Bytes between two blocks that are read and thrown away, rather than asking again. */
const widestGap = 64 * 1024
const longestRun = 64
/** Leaves that are read while the digest of the one before them is computed. */
const readAhead = 2

interface Located {
  readonly leaf: Leaf
  readonly place: Place
}

/** Bytes that are said to be those of a leaf. */
interface Taken {
  readonly leaf: Leaf
  readonly bytes: Uint8Array
  readonly digest: Promise<Uint8Array>
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
  if (!isProvable(leaf.cid)) return undefined
  try {
    const place = await reader.runs?.locate(leaf.cid, call)
    return place?.size === leaf.size ? place : undefined
  } catch (error) {
    throwIfCancelled(call)
    reader.runFailed(error)
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
  } catch (error) {
    throwIfCancelled(call)
    reader.runFailed(error)
  }
  const ahead: (Taken | Leaf)[] = []
  try {
    for (const { leaf, place } of run) {
      const bytes = await cursor?.take(place).catch((error: unknown) => {
        throwIfCancelled(call)
        reader.runFailed(error)
        cursor = undefined
        return undefined
      })
      ahead.push(bytes === undefined ? leaf : taken(leaf, bytes))
      // What is short is borrowed from the chunk that it lies in, which the next read may take.
      yield* proved(reader, ahead, place.size < leafSize ? 0 : readAhead, call)
    }
    yield* proved(reader, ahead, 0, call)
  } finally {
    await cursor?.close()
  }
}

function taken(leaf: Leaf, bytes: Uint8Array): Taken {
  const digest = digestLeaf(bytes)
  // Told where it is awaited, if that is.
  digest.catch(() => {})
  return { leaf, bytes, digest }
}

/** The first of what was read, until no more than `most` are left: as it is, or from elsewhere. */
async function* proved(reader: BlockReader, ahead: (Taken | Leaf)[], most: number, call: Call) {
  while (ahead.length > most) {
    const first = ahead.shift()
    if (first === undefined) return
    if (!('digest' in first)) {
      yield { leaf: first, bytes: await checked(reader, first, call) }
      continue
    }
    const { leaf, bytes, digest } = first
    const right = Buffer.compare(await digest, leaf.cid.multihash.digest) === 0
    yield { leaf, bytes: right ? bytes : await checked(reader, leaf, call) }
  }
}

async function checked(reader: BlockReader, leaf: Leaf, call: Call): Promise<Uint8Array> {
  const bytes = await reader.block(leaf.cid, call)
  if (bytes.length === leaf.size) return bytes
  throw new GantryError('integrity', 'A leaf has another length than its file says.')
}

/** Takes pieces out of a body, in order, into buffers by turns: a whole leaf stays until all that are read ahead were taken. */
class Cursor {
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #body: Bytes
  #position: number
  #left: Uint8Array = new Uint8Array()
  readonly #buffers: (Uint8Array | undefined)[] = []
  #turn = 0

  constructor(body: Bytes, position: number) {
    this.#iterator = body[Symbol.asyncIterator]()
    this.#body = { [Symbol.asyncIterator]: () => this.#iterator as AsyncIterableIterator<Uint8Array> }
    this.#position = position
  }

  async take({ offset, size }: Place): Promise<Uint8Array> {
    await this.#move(offset - this.#position, undefined)
    // Short, and lies in one chunk: it is borrowed as that is.
    if (size < leafSize && this.#left.length >= size) {
      const piece = this.#left.subarray(0, size)
      this.#left = this.#left.subarray(size)
      this.#position += size
      return piece
    }
    this.#turn = (this.#turn + 1) % (readAhead + 1)
    let buffer = this.#buffers[this.#turn]
    if (buffer === undefined || buffer.length < size) {
      // Other importers make longer leaves.
      buffer = size <= leafSize ? takeLeaf() : Buffer.allocUnsafeSlow(size)
      this.#buffers[this.#turn] = buffer
    }
    const into = buffer.subarray(0, size)
    await this.#move(size, into)
    return into
  }

  /** Only when nobody reads what was taken any more. */
  async close(): Promise<void> {
    await close(this.#body)
    for (const buffer of this.#buffers.splice(0)) if (buffer?.length === leafSize) giveLeaf(buffer)
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
