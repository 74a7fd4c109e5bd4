import { errnoOf } from './file-operations.ts'
import { notFound, outside } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'

/** Finds the file of an entry and has it opened, by who opens with `readFlags`: where it is a link, what that leads to. */
export async function openEntry<Opened>(
  root: RootFolder,
  path: string,
  open: (file: string) => Promise<Opened>,
): Promise<Opened> {
  const { file } = await root.find(path)
  try {
    return await open(file)
  } catch (error) {
    const errno = errnoOf(error)
    // A socket cannot be opened, and is no entry.
    if (errno === 'ENXIO' || errno === 'ENOTDIR') throw notFound(path, error)
    if (errno !== 'ELOOP' && errno !== 'EMLINK') throw error
  }
  const target = await root.resolveLink(file)
  if (target === undefined) throw outside(path)
  return await open(target)
}
