import type { DirectoryHandle } from './handles.ts'

/**
 * Removes files that were last written before a time, in milliseconds since the epoch, and folders with nothing else in
 * them; answers whether anything is left. What a browser still holds stays until it is swept again.
 */
export async function sweepFolder(folder: DirectoryHandle, before: number): Promise<boolean> {
  let left = false
  for await (const [name, handle] of folder.entries()) {
    const stays =
      handle.kind === 'file' ? (await handle.getFile()).lastModified >= before : await sweepFolder(handle, before)
    if (stays || !(await removed(folder, name))) left = true
  }
  return left
}

async function removed(folder: DirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.removeEntry(name)
    return true
  } catch {
    return false
  }
}
