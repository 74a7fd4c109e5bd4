import { errnoOf, lstat, unlink } from './file-operations.ts'
import { isNotFound } from './refusals.ts'
import type { Place, RootFolder } from './root-folder.ts'
import { syncFolder } from './sync-folder.ts'

/** Removes a file, or the link that stands for it; succeeds also when there is none. */
export async function removeFile(root: RootFolder, path: string): Promise<void> {
  let place: Place
  try {
    place = await root.find(path)
  } catch (error) {
    if (isNotFound(error)) return
    throw error
  }
  try {
    await unlink(place.file)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return
    // What a folder answers differs between systems; it is no entry, so there is nothing to remove.
    if ((errno === 'EISDIR' || errno === 'EPERM') && (await lstat(place.file)).isDirectory()) return
    throw error
  }
  if (root.durable) await syncFolder(place.folder)
}
