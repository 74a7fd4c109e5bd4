import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file whole or not at all: a crash leaves what was there before, or all of the new one, on the disk. It is for its
 * owner alone (0600) unless `mode` says otherwise, whatever the one that it replaces was. Its folder has to be there. What comes
 * in pieces is written as it comes; what breaks off leaves no file.
 */
export async function replaceFile(
  file: string,
  content: string | AsyncIterable<string>,
  { mode = 0o600 }: { readonly mode?: number } = {},
): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      for await (const piece of typeof content === 'string' ? [content] : content) await handle.writeFile(piece)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncName(dirname(file))
}

/** So that the new name survives a power cut. Where a file system refuses that for folders, there is no more to be done. */
async function syncName(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
