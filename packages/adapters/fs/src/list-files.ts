import { join } from 'node:path'

import {
  type Call,
  type Entry,
  type ErrorCode,
  GantryError,
  mayHold,
  type Selection,
  throwIfCancelled,
} from '@gantry/core/driver'

import { entryOf } from './entry-of.ts'
import { errnoOf, lstat } from './file-operations.ts'
import { readFolder, type Folder } from './read-folder.ts'
import { isNotFound, refuseUnsafe } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'
import { statFile } from './stat-file.ts'

/** Files looked at side by side. */
const batchSize = 64

interface Level {
  readonly folder: Folder
  next: number
}

/** Entries in the order of their paths. What comes or goes meanwhile may be listed or not; the rest is, once. */
export async function* listFiles(
  root: RootFolder,
  selection: Selection,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  const { prefix = '' } = selection
  const holds = mayHold(selection)
  if (prefix !== '') refuseUnsafe(prefix)
  // Folders may have come and gone since the last list.
  root.forget()
  const top = await root.findFolder('')
  const levels: Level[] = []
  if (prefix === '') yield* enter(root, levels, top, '', call)
  else {
    const real = await unlessNotFound(root.findFolder(prefix))
    if (real !== undefined) yield* enter(root, levels, real, `${prefix}/`, call)
    else {
      const entry = await unlessNotFound(statFile(root, prefix))
      if (entry !== undefined) yield entry
    }
  }
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { folder, next } = level
    const name = folder.names.at(next)
    if (name === undefined) levels.pop()
    else if (name.endsWith('/')) {
      level.next += 1
      if (!holds(folder.path + name.slice(0, -1))) continue
      const real = folder.links.get(name) ?? join(folder.real, name.slice(0, -1))
      yield* enter(root, levels, real, folder.path + name, call)
    } else {
      const batch = filesFrom(folder, next)
      level.next += batch.length
      throwIfCancelled(call)
      for (const entry of await Promise.all(batch.map((file) => look(folder, file)))) {
        if (entry !== undefined) yield entry
      }
    }
  }
}

/** Goes one level deeper; what is no entry there comes at once, under a name that no entry can have. */
async function* enter(
  root: RootFolder,
  levels: Level[],
  real: string,
  path: string,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  let folder: Folder
  try {
    const walked = levels.map((level) => level.folder.real)
    folder = await readFolder(root, real, path, walked, call)
  } catch (error) {
    // Removed since its name was read, unless it is the store itself; or its name is not Unicode.
    const errno = errnoOf(error)
    // One of many: what else there is can be listed all the same.
    if (levels.length > 0 && isDenied(errno)) {
      yield refused(path, denied('This folder may not be opened'))
      return
    }
    if ((errno !== 'ENOENT' && errno !== 'ENOTDIR') || path === '') throw error
    if (path.includes('\uFFFD')) yield refused(path, notUnicode)
    return
  }
  levels.push({ folder, next: 0 })
  for (const { name, why } of folder.refused) yield refused(path + name, { code: 'invalid', message: why })
}

function filesFrom(folder: Folder, from: number): string[] {
  const batch: string[] = []
  for (let index = from; index < folder.names.length && batch.length < batchSize; index += 1) {
    const name = folder.names.at(index)
    if (name === undefined || name.endsWith('/')) break
    batch.push(name)
  }
  return batch
}

async function look(folder: Folder, name: string): Promise<Entry | undefined> {
  try {
    const stats = await lstat(folder.links.get(name) ?? join(folder.real, name))
    return stats.isFile() ? entryOf(folder.path + name, stats) : undefined
  } catch (error) {
    const errno = errnoOf(error)
    if (isDenied(errno)) return refused(folder.path + name, denied('This file may not be looked at'))
    if (errno !== 'ENOENT') throw error
    // The name is one that Node could not decode, or the file has gone.
    return name.includes('\uFFFD') ? refused(folder.path + name, notUnicode) : undefined
  }
}

interface Why {
  readonly code: ErrorCode
  readonly message: string
}

const notUnicode: Why = { code: 'invalid', message: 'Its name is not Unicode.' }

function isDenied(errno: string | undefined): boolean {
  return errno === 'EACCES' || errno === 'EPERM'
}

function denied(what: string): Why {
  return { code: 'permission_denied', message: `${what}: ask its owner for access, or leave it out.` }
}

/** For `Store.list`, which tells its caller of what is there and is no entry: no path begins with `./`. */
function refused(name: string, { code, message }: Why): Entry {
  const path = `./${name}`
  return { path, size: 0, refused: new GantryError(code, message, { store: 'file', path }) }
}

async function unlessNotFound<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
