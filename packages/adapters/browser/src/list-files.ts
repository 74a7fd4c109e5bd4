import { type Call, comparePaths, type Entry, isGantryError, throwIfCancelled } from '@gantry/core/driver'

import { nameOfError } from './code-of.ts'
import type { DirectoryHandle, FileHandle } from './handles.ts'
import { partsFolder, segmentOf } from './names.ts'
import { findFile, findPlace } from './places.ts'

/** Files at or below a path, in the order of their paths; holds the names of one folder a level. */
export async function* listFiles(
  root: DirectoryHandle,
  prefix: string,
  isHidden: (path: string) => boolean,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  if (prefix === '') {
    yield* listFolder(root, '', isHidden, call)
    return
  }
  const file = await unlessGone(() => findFile(root, prefix))
  if (file !== undefined) {
    const entry = isHidden(prefix) ? undefined : await entryOf(file, prefix)
    if (entry !== undefined) yield entry
    return
  }
  const folder = await unlessGone(async () => {
    const { folder: parent, name } = await findPlace(root, prefix, false)
    return await parent.getDirectoryHandle(name)
  })
  if (folder !== undefined) yield* listFolder(folder, `${prefix}/`, isHidden, call)
}

async function* listFolder(
  folder: DirectoryHandle,
  above: string,
  isHidden: (path: string) => boolean,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  const found: { readonly path: string; readonly handle: DirectoryHandle | FileHandle }[] = []
  for await (const [name, handle] of folder.entries()) {
    throwIfCancelled(call)
    if (above === '' && name === partsFolder) continue
    found.push({ path: above + segmentOf(name), handle })
  }
  const sortedAs = ({ path, handle }: (typeof found)[number]) => (handle.kind === 'directory' ? `${path}/` : path)
  found.sort((a, b) => comparePaths(sortedAs(a), sortedAs(b)))
  for (const { path, handle } of found) {
    throwIfCancelled(call)
    if (handle.kind === 'directory') yield* listFolder(handle, `${path}/`, isHidden, call)
    else if (!isHidden(path)) {
      // What was removed meanwhile is not there.
      const entry = await unlessGone(() => entryOf(handle, path))
      if (entry !== undefined) yield entry
    }
  }
}

async function entryOf(handle: FileHandle, path: string): Promise<Entry> {
  const { size, lastModified } = await handle.getFile()
  return { path, size, modified: lastModified }
}

async function unlessGone<Value>(look: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await look()
  } catch (error) {
    const name = nameOfError(error)
    if (name === 'NotFoundError' || name === 'TypeMismatchError') return undefined
    if (isGantryError(error) && error.code === 'not_found') return undefined
    throw error
  }
}
