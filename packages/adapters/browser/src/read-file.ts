import { type ByteRange, type Call, clipRange, GantryError, type Reading, throwIfCancelled } from '@gantry/core/driver'

import { nameOfError } from './code-of.ts'
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
    const chunk = await pieceOf(file, at, Math.min(end, at + chunkSize))
    throwIfCancelled(call)
    yield chunk
    call.report?.(chunk.length)
  }
}

/** Browsers read no further in a file that was replaced or removed since it was opened. */
async function pieceOf(file: FileContent, start: number, end: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer())
  } catch (error) {
    const name = nameOfError(error)
    if (name !== 'NotReadableError' && name !== 'NotFoundError') throw error
    throw new GantryError('precondition_failed', 'The file changed while it was read.', { cause: error })
  }
}
