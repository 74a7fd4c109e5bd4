import { GantryError } from '@gantry/core/driver'

import type { FileHandle } from './handles.ts'

/** Takes the bytes of a file, one chunk after another. */
export interface FileSink {
  write(chunk: Uint8Array): Promise<void>
  close(): Promise<void>
  abort(): Promise<void>
}

/** By a stream where the browser has them, else by the synchronous access that workers have. */
export async function openSink(handle: FileHandle): Promise<FileSink> {
  if (handle.createWritable !== undefined) {
    const writable = await handle.createWritable()
    return {
      write: async (chunk) => await writable.write(owned(chunk)),
      close: async () => await writable.close(),
      abort: async () => await writable.abort(),
    }
  }
  if (handle.createSyncAccessHandle === undefined) {
    throw new GantryError('unsupported', 'This browser writes files in workers only: open the store in one.')
  }
  const access = await handle.createSyncAccessHandle()
  access.truncate(0)
  let at = 0
  return {
    async write(chunk) {
      for (let done = 0; done < chunk.length;) {
        const written = access.write(owned(chunk.subarray(done)), { at })
        if (written <= 0) throw new GantryError('read_only', 'The browser takes no more bytes: its space is used up.')
        done += written
        at += written
      }
    },
    async close() {
      access.flush()
      access.close()
    },
    async abort() {
      access.close()
    },
  }
}

/** Browsers take no shared memory. */
function owned(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return chunk.buffer instanceof ArrayBuffer ? (chunk as Uint8Array<ArrayBuffer>) : new Uint8Array(chunk)
}
