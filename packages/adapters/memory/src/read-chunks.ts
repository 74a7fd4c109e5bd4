import { type Call, throwIfCancelled } from '@gantry/core/driver'

const chunkSize = 256 * 1024

/**
 * The bytes from `start` to `end` of `chunks`, in one buffer that is filled again and again: the store's own memory is
 * never handed out, and who wrongly keeps a borrowed chunk finds out here, before it meets a socket.
 */
export async function* readChunks(
  chunks: readonly Uint8Array[],
  start: number,
  end: number,
  call: Call,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(Math.min(chunkSize, end - start))
  let filled = 0
  let position = 0
  for (const chunk of chunks) {
    let from = Math.max(start - position, 0)
    const until = Math.min(end - position, chunk.length)
    while (from < until) {
      const piece = chunk.subarray(from, Math.min(until, from + buffer.length - filled))
      buffer.set(piece, filled)
      filled += piece.length
      from += piece.length
      if (filled < buffer.length) continue
      throwIfCancelled(call)
      yield buffer
      call.report?.(filled)
      filled = 0
    }
    position += chunk.length
    if (position >= end) break
  }
  if (filled === 0) return
  throwIfCancelled(call)
  yield buffer.subarray(0, filled)
  call.report?.(filled)
}
