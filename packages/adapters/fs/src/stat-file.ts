import type { Entry } from '@gantry/core/driver'

import { entryOf } from './entry-of.ts'
import { errnoOf, lstat, type Stats } from './file-operations.ts'
import { notFound, outside } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'

/** The entry as the file system knows it; only files are entries. */
export async function statFile(root: RootFolder, path: string): Promise<Entry> {
  const { file } = await root.find(path)
  let stats = await lookAt(file, path)
  if (stats.isSymbolicLink()) {
    const target = await root.resolveLink(file)
    if (target === undefined) throw outside(path)
    stats = await lookAt(target, path)
  }
  if (!stats.isFile()) throw notFound(path)
  return entryOf(path, stats)
}

async function lookAt(file: string, path: string): Promise<Stats> {
  try {
    return await lstat(file)
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') throw notFound(path, error)
    throw error
  }
}
