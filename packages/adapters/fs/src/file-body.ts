import { type Call, releasing, throwIfCancelled } from '@gantry/core/driver'
import { atMost, Semaphore } from '@gantry/core/side-by-side'

import { giveBuffer, takeBuffer } from './buffer-pool.ts'
import { readFully } from './file-operations.ts'

/** Of a long body; large enough that a chunk's trip to the thread pool costs nothing against its bytes. */
const chunkSize = 512 * 1024
/** Bytes for short reads that are under way: enough for every thread of the pool. Others need no memory while they wait for one. */
const room = new Semaphore(atMost(8 * 1024 * 1024))

export interface OpenRange {
  readonly descriptor: number
  readonly start: number
  readonly end: number
  /** Fails when the file is no longer what it was when it was opened. */
  readonly verify: () => Promise<void>
  readonly close: () => void
  readonly onShort: () => Error
}

/**
 * Bytes of an open file, in two buffers that take turns: while the consumer works on one, the other is filled. Closes
 * the file at the end, also when it was never asked for a chunk.
 */
export function longBody(range: OpenRange, call: Call): AsyncIterableIterator<Uint8Array> {
  return releasing(readAhead(range, call), range.close)
}

/** Bytes of an open file that fit one buffer. Where the file has changed, none are given. Closes as `longBody` does. */
export function shortBody(range: OpenRange, call: Call): AsyncIterableIterator<Uint8Array> {
  return releasing(readOnce(range, call), range.close)
}

async function* readAhead(range: OpenRange, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  const { descriptor, start, end } = range
  const buffers = [takeBuffer(chunkSize), takeBuffer(chunkSize)] as const
  let turn: 0 | 1 = 0
  let pending: Promise<number> | undefined
  const ask = (position: number) => {
    pending = readFully(descriptor, buffers[turn], Math.min(chunkSize, end - position), position)
    // Awaited when its turn comes; until then a failure must not count as unhandled.
    pending.catch(() => {})
  }
  try {
    if (start < end) ask(start)
    let position = start
    while (position < end) {
      const length = (await pending) ?? 0
      throwIfCancelled(call)
      if (length < Math.min(chunkSize, end - position)) throw range.onShort()
      const chunk = buffers[turn].subarray(0, length)
      position += length
      turn = turn === 0 ? 1 : 0
      if (position < end) ask(position)
      else pending = undefined
      yield chunk
      call.report?.(length)
    }
    await range.verify()
  } finally {
    // A read that is under way still writes into its buffer.
    await pending?.catch(() => {})
    range.close()
    giveBuffer(buffers[0])
    giveBuffer(buffers[1])
  }
}

async function* readOnce(range: OpenRange, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  const length = range.end - range.start
  let buffer: Uint8Array | undefined
  let isOpen = true
  try {
    throwIfCancelled(call)
    buffer = await room.within(length, async () => await readShort(range), call.signal)
    await range.verify()
    isOpen = false
    range.close()
    throwIfCancelled(call)
    if (length > 0) yield buffer.subarray(0, length)
    call.report?.(length)
  } finally {
    if (isOpen) range.close()
    if (buffer !== undefined) giveBuffer(buffer)
  }
}

async function readShort({ descriptor, start, end, onShort }: OpenRange): Promise<Uint8Array> {
  const buffer = takeBuffer(end - start)
  try {
    if ((await readFully(descriptor, buffer, end - start, start)) < end - start) throw onShort()
    return buffer
  } catch (error) {
    giveBuffer(buffer)
    throw error
  }
}
