import { sweepFolder } from '@gantry/browser'

/** In the private folder: where zips among the downloads are put together. */
export const zipFolder = 'gantry/zips'

/** Milliseconds after which the browser has surely taken what it was offered, and nobody goes on with what was begun. */
const kept = 24 * 60 * 60 * 1000

/** Whole studies would lie there for whoever comes next. */
export async function sweepZips(): Promise<void> {
  await removeBefore(Date.now() - kept)
}

/** Whoever signs out leaves nothing. */
export async function clearZips(): Promise<void> {
  await removeBefore(Infinity)
}

async function removeBefore(time: number): Promise<void> {
  try {
    let folder = await navigator.storage.getDirectory()
    for (const name of zipFolder.split('/')) folder = await folder.getDirectoryHandle(name)
    await sweepFolder(folder, time)
  } catch {
    // There is no such folder.
  }
}
