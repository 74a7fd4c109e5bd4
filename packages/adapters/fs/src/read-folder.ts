import { type Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join, sep } from 'node:path'

import { type Call, throwIfCancelled } from '@gantry/core/driver'

import { errnoOf, lstat, stat } from './file-operations.ts'
import { NameList } from './name-list.ts'
import { following } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'
import { isTemporaryName } from './temporary-name.ts'

/** A name that is none of an entry, and why. */
interface RefusedName {
  readonly name: string
  readonly why: string
}

/** A folder that is being walked. */
export interface Folder {
  readonly real: string
  /** In the store: `''`, or ending in `/`. */
  readonly path: string
  /** In the order of paths; those of folders end in `/`. */
  readonly names: NameList
  /** Names that are no entries: devices, pipes, links that lead out. */
  readonly refused: readonly RefusedName[]
  /** Real places of names that are links. */
  readonly links: ReadonlyMap<string, string>
}

/**
 * Reads a folder's names, which must be at hand to be sorted: `walked` are the real folders on the way here.
 */
export async function readFolder(
  root: RootFolder,
  real: string,
  path: string,
  walked: readonly string[],
  call: Call,
): Promise<Folder> {
  const names = new NameList()
  const refused: RefusedName[] = []
  const links = new Map<string, string>()
  for await (const dirent of await opendir(real, { bufferSize: 1024 })) {
    throwIfCancelled(call)
    const { name } = dirent
    if (isTemporaryName(name)) continue
    const kind = await kindOf(dirent, real)
    if (kind === 'file') names.add(name)
    else if (kind === 'folder') names.add(`${name}/`)
    else if (kind === 'other') refused.push({ name, why: 'It is a pipe, a socket or a device, and no file.' })
    else if (kind === 'link') {
      const target = await root.resolveLink(join(real, name))
      const targetKind = target === undefined ? 'other' : await kindBehind(target)
      // A link to a folder that is being walked would lead round and round.
      const round = targetKind === 'folder' && [real, ...walked].some((one) => `${one}${sep}`.startsWith(target + sep))
      if (target === undefined) refused.push({ name, why: await whyNotFollowed(join(real, name)) })
      else if (targetKind === 'other') refused.push({ name, why: 'It is a link to what is no file.' })
      else if (round) refused.push({ name, why: 'It is a link to a folder that it lies in.' })
      else {
        const listed = targetKind === 'folder' ? `${name}/` : name
        names.add(listed)
        links.set(listed, target)
      }
    }
  }
  names.sort()
  return { real, path, names, refused, links }
}

type Kind = 'file' | 'folder' | 'link' | 'other' | 'gone'

async function kindOf(dirent: Dirent, folder: string): Promise<Kind> {
  if (dirent.isFile()) return 'file'
  if (dirent.isDirectory()) return 'folder'
  if (dirent.isSymbolicLink()) return 'link'
  if (dirent.isFIFO() || dirent.isSocket() || dirent.isBlockDevice() || dirent.isCharacterDevice()) return 'other'
  // Some file systems do not tell while listing.
  try {
    const stats = await lstat(join(folder, dirent.name))
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other'
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone'
    throw error
  }
}

async function whyNotFollowed(link: string): Promise<string> {
  const found = await stat(link).catch((error: unknown) => errnoOf(error))
  if (typeof found !== 'object') return 'It is a link that leads nowhere, or to where nobody may look.'
  return `It is a link that leads out of the folder: open that ${following}`
}

async function kindBehind(target: string): Promise<'file' | 'folder' | 'other'> {
  try {
    const stats = await stat(target)
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
  } catch {
    return 'other'
  }
}
