import { close, errnoOf, fsync, open } from './file-operations.ts'

const running = new Map<string, Promise<void>>()
const queued = new Map<string, Promise<void>>()

/**
 * Brings a folder's names to the disk. Many writers share one flush: who comes while one runs waits for the next,
 * because the one that runs may have begun before its name was there.
 */
export async function syncFolder(folder: string): Promise<void> {
  const current = running.get(folder)
  if (current === undefined) return await start(folder)
  let next = queued.get(folder)
  if (next === undefined) {
    next = startAfter(current, folder)
    queued.set(folder, next)
  }
  await next
}

async function startAfter(current: Promise<void>, folder: string): Promise<void> {
  // How that one ends is the concern of who waits for it.
  await current.catch(() => {})
  queued.delete(folder)
  await start(folder)
}

function start(folder: string): Promise<void> {
  const flush = flushFolder(folder).finally(() => {
    if (running.get(folder) === flush) running.delete(folder)
  })
  running.set(folder, flush)
  return flush
}

async function flushFolder(folder: string): Promise<void> {
  // Windows has no such call, and needs none.
  if (process.platform === 'win32') return
  const descriptor = await open(folder, 'r')
  try {
    await fsync(descriptor)
  } catch (error) {
    // Some network and FUSE file systems refuse it for folders.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF'].includes(errnoOf(error) ?? '')) throw error
  } finally {
    await close(descriptor)
  }
}
