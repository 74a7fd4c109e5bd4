import { opendir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { type Call, throwIfCancelled, type Upload } from '@gantry/core/driver'

import { errnoOf, lstat } from './file-operations.ts'
import { isLive } from './live-files.ts'
import { readPartLog } from './part-log.ts'
import { isNotFound, refuseUnsafe } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'
import { isWriteTo, parseTemporaryName, temporaryName } from './temporary-name.ts'
import { uploadId } from './upload-files.ts'

/**
 * Uploads, and files that a write left when its process died. The latter have no path but their own, and are told as well to who
 * asks for the one that they were to get. What a write of this process has open is not among them.
 */
export async function* findUnfinished(
  root: RootFolder,
  prefix: string | undefined,
  call: Call,
): AsyncGenerator<Upload, void, undefined> {
  root.forget()
  if (prefix === undefined || prefix === '') {
    yield* below(await root.findFolder(''), '', call)
    return
  }
  refuseUnsafe(prefix)
  // An upload to the very path that is named lies beside it, not below.
  const parent = dirname(prefix) === '.' ? '' : dirname(prefix)
  const beside = await folderAt(root, parent)
  if (beside !== undefined) {
    for await (const upload of inFolder(beside, parent === '' ? '' : `${parent}/`, call)) {
      if (upload.path === prefix || isWriteTo(prefix, upload.id)) yield upload
    }
  }
  const folder = await folderAt(root, prefix)
  if (folder !== undefined) yield* below(folder, `${prefix}/`, call)
}

async function folderAt(root: RootFolder, path: string): Promise<string | undefined> {
  try {
    return await root.findFolder(path)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function* below(folder: string, path: string, call: Call): AsyncGenerator<Upload, void, undefined> {
  const deeper: string[] = []
  yield* inFolder(folder, path, call, deeper)
  for (const name of deeper) yield* below(join(folder, name), `${path}${name}/`, call)
}

async function* inFolder(
  folder: string,
  path: string,
  call: Call,
  deeper: string[] = [],
): AsyncGenerator<Upload, void, undefined> {
  const names: string[] = []
  try {
    for await (const dirent of await opendir(folder, { bufferSize: 1024 })) {
      throwIfCancelled(call)
      if (dirent.isDirectory()) deeper.push(dirent.name)
      else if (parseTemporaryName(dirent.name) !== undefined) names.push(dirent.name)
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
  for (const name of names) {
    const upload = isLive(join(folder, name)) ? undefined : await describe(folder, path, name, names)
    if (upload !== undefined) yield upload
  }
}

/** One upload for its two files; `undefined` for the second, and for what has just gone. */
async function describe(
  folder: string,
  path: string,
  name: string,
  names: readonly string[],
): Promise<Upload | undefined> {
  const { id, kind } = parseTemporaryName(name) ?? { id: '', kind: 'tmp' }
  if (kind === 'log' && names.includes(temporaryName(id, 'part'))) return undefined
  try {
    const { ino, birthtimeMs, mtimeMs } = await lstat(join(folder, name))
    if (kind === 'part' || kind === 'log') {
      const log = names.includes(temporaryName(id, 'log'))
        ? await readPartLog(join(folder, temporaryName(id, 'log')))
        : undefined
      if (log !== undefined) {
        // The path is that of the folder where it was found: the whole tree may have been moved since.
        return { path: path + basename(log.header.path), id: uploadId(id, ino), started: log.header.started }
      }
    }
    return { path: path + name, id, started: Number(birthtimeMs === 0n ? mtimeMs : birthtimeMs) }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
