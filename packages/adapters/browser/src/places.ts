import { GantryError, utf8Length } from '@gantry/core/driver'

import { nameOfError } from './code-of.ts'
import type { DirectoryHandle, FileHandle } from './handles.ts'
import { nameOf } from './names.ts'

/** Bytes of a file's name: browsers add up to ten of their own while they write. */
export const longestName = 240

export interface Place {
  readonly folder: DirectoryHandle
  readonly name: string
}

/** Names of the folders of a path and of its file; `invalid` where one is too long. */
export function checkNames(path: string): string[] {
  const names = path.split('/').map(nameOf)
  if (names.some((name) => utf8Length(name) > longestName)) {
    throw new GantryError('invalid', `A name in the path takes more than ${longestName} bytes as the name of a file.`)
  }
  return names
}

/** The folder that a path leads to and the name in it; every segment is one step down, whatever it says. */
export async function findPlace(root: DirectoryHandle, path: string, create: boolean): Promise<Place> {
  const names = checkNames(path)
  const last = names.pop() ?? ''
  let folder = root
  for (const name of names) folder = await folder.getDirectoryHandle(name, { create })
  return { folder, name: last }
}

/** The file at a path; `not_found` also where a folder is, or where a folder should be and is none. */
export async function findFile(root: DirectoryHandle, path: string): Promise<FileHandle> {
  try {
    const { folder, name } = await findPlace(root, path, false)
    return await folder.getFileHandle(name)
  } catch (error) {
    if (nameOfError(error) !== 'TypeMismatchError') throw error
    throw new GantryError('not_found', 'There is no such entry.', { path, cause: error })
  }
}
