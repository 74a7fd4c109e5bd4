import { sweepFolder } from '@gantry/browser'

import { lockOf } from './share-locks.ts'

/** In the private folder: where zips among the downloads are put together. */
export const zipFolder = 'gantry/zips'

/** Shares that were begun, by their ids. */
export const pendingFolder = 'gantry/pending'

/** Keys of what was uploaded, in a folder for each account. */
export const catalogueFolder = 'gantry/catalogue'

const day = 24 * 60 * 60 * 1000
/** Milliseconds after which the browser has surely taken what it was offered, and nobody goes on with what was begun. */
const kept = { zips: day, pending: 7 * day, catalogue: 30 * day }

/** Whole studies would lie there for whoever comes next. */
export async function sweepLeftovers(now: number): Promise<void> {
  await inFolder(zipFolder, async (folder) => void (await sweepFolder(folder, now - kept.zips)))
  await inFolder(catalogueFolder, async (folder) => {
    await sweepFolder(folder, now - kept.catalogue)
    // Of before there were folders: nobody knows whose they are.
    for (const { name, kind } of await entriesOf(folder)) if (kind === 'file') await folder.removeEntry(name)
  })
  await removePending(now - kept.pending, ({ begun }) => begun < now - kept.pending)
}

/** Whoever signs out leaves nothing, but what they want to go on with. */
export async function clearLeftovers(account: string | undefined, keepShares: boolean): Promise<void> {
  await inFolder(zipFolder, async (folder) => void (await sweepFolder(folder, Infinity)))
  if (account === undefined || keepShares) return
  await removePending(Infinity, (record) => record.account === account)
  await inFolder(catalogueFolder, async (folder) => await folder.removeEntry(account, { recursive: true }))
}

interface Begun {
  readonly account: string
  readonly begun: number
}

/**
 * What has no record, or one that says not whose it is, goes as well, and so do parts of files that were last written
 * before a time. Shares that a page is sending stay.
 */
async function removePending(partsBefore: number, goes: (record: Begun) => boolean): Promise<void> {
  await inFolder(pendingFolder, async (folder) => {
    for (const entry of await entriesOf(folder)) {
      if (entry.kind !== 'directory') continue
      const { name: id } = entry
      if (id.startsWith('.')) {
        // The store's own: files on their way, of whatever share. One that is being written cannot be removed.
        await sweepFolder(entry as FileSystemDirectoryHandle, partsBefore)
        continue
      }
      await navigator.locks.request(lockOf(id), { ifAvailable: true }, async (lock) => {
        if (lock === null) return
        const record = await recordIn(entry as FileSystemDirectoryHandle)
        if (record !== undefined && !goes(record)) return
        // What somebody still reads goes another time, and keeps nothing else.
        await folder.removeEntry(id, { recursive: true }).catch(() => {})
      })
    }
  })
}

async function recordIn(folder: FileSystemDirectoryHandle): Promise<Begun | undefined> {
  try {
    const file = await (await folder.getFileHandle('request.json')).getFile()
    const { account, begun } = JSON.parse(await file.text()) as Partial<Begun>
    return typeof account === 'string' && typeof begun === 'number' ? { account, begun } : undefined
  } catch {
    return undefined
  }
}

/** All of them, before any is removed. */
async function entriesOf(folder: FileSystemDirectoryHandle): Promise<FileSystemHandle[]> {
  const found: FileSystemHandle[] = []
  for await (const handle of folder.values()) found.push(handle)
  return found
}

async function inFolder(path: string, work: (folder: FileSystemDirectoryHandle) => Promise<void>): Promise<void> {
  try {
    let folder = await navigator.storage.getDirectory()
    for (const name of path.split('/')) folder = await folder.getDirectoryHandle(name)
    await work(folder)
  } catch {
    // There is no such folder, or somebody holds what is in it: it is swept another time.
  }
}
