import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { memoryBytes } from './memory-bytes.ts'
import type { BytesStore, BytesWriter, StoredBytes } from './stored-bytes.ts'

/** What is smaller stays in memory: a file for each would cost more than its bytes. */
const fileAbove = 256 * 1024
const blockSize = 256 * 1024

/** Keeps large bodies in files of a new folder inside `parent`; closing removes that folder. */
export async function folderStore(parent: string): Promise<BytesStore> {
  const folder = await mkdtemp(join(parent, 's3-server-'))
  let files = 0
  return {
    discards: false,
    create: () => folderWriter(() => join(folder, String((files += 1)))),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

function folderWriter(nextPath: () => string): BytesWriter {
  let pending: Buffer[] = []
  let pendingSize = 0
  let file: { path: string; handle: FileHandle; size: number } | undefined

  async function flush(): Promise<void> {
    const chunks = pending
    const size = pendingSize
    pending = []
    pendingSize = 0
    if (!file) {
      const path = nextPath()
      file = { path, handle: await open(path, 'wx'), size: 0 }
    }
    const { bytesWritten } = await file.handle.writev(chunks, file.size)
    if (bytesWritten !== size) throw new Error('The folder of the S3 server took only a part of a body')
    file.size += size
  }

  return {
    write: (chunk) => {
      pending.push(chunk)
      pendingSize += chunk.length
      return pendingSize > fileAbove ? flush() : undefined
    },
    finish: async () => {
      if (!file) return memoryBytes(pending)
      if (pendingSize > 0) await flush()
      await file.handle.close()
      return fileBytes(file.path, file.size)
    },
    abort: async () => {
      await file?.handle.close()
      if (file) await rm(file.path, { force: true })
    },
  }
}

function fileBytes(path: string, size: number): StoredBytes {
  let holds = 1
  return {
    size,
    async *read(start, end, given) {
      const handle = await open(path, 'r')
      try {
        for (let at = start; at < end;) {
          const wanted = Math.min(given?.length ?? blockSize, end - at)
          const block = given ?? Buffer.allocUnsafe(wanted)
          const { bytesRead } = await handle.read(block, 0, wanted, at)
          if (bytesRead === 0) throw new Error('A file of the S3 server is shorter than it was written')
          at += bytesRead
          yield block.subarray(0, bytesRead)
        }
      } finally {
        await handle.close()
      }
    },
    hold: () => {
      holds += 1
    },
    release: async () => {
      holds -= 1
      if (holds === 0) await rm(path, { force: true })
    },
  }
}
