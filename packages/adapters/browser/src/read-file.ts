import { type ByteRange, type Call, clipRange, type Reading, throwIfCancelled } from '@gantry/core/driver'

import type { FileContent, FileHandle } from './handles.ts'

const chunkSize = 512 * 1024

/** A file as of now; what replaces it meanwhile is not mixed in, the browser refuses to go on. */
export async function readFile(
  handle: FileHandle,
  path: string,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const file = await handle.getFile()
  const { start, end } = clipRange(range, file.size)
  return { entry: { path, size: file.size, modified: file.lastModified }, body: readChunks(file, start, end, call) }
}

export async function* readChunks(
  file: FileContent,
  start: number,
  end: number,
  call: Call,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = start; at < end; at += chunkSize) {
    throwIfCancelled(call)
    const chunk = new Uint8Array(await file.slice(at, Math.min(end, at + chunkSize)).arrayBuffer())
    throwIfCancelled(call)
    yield chunk
    call.report?.(chunk.length)
  }
}
