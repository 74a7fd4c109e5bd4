import { dirname, join, sep } from 'node:path'

import { GantryError } from '@gantry/core/driver'

import { errnoOf, mkdir, realpath, stat } from './file-operations.ts'
import { notFound, outside, refuseUnsafe } from './refusals.ts'
import { syncFolder } from './sync-folder.ts'

export interface RootOptions {
  readonly root: string
  readonly links: 'within' | 'follow'
  readonly durable: boolean
}

/** Where an entry is: the real folder, all links resolved, and the file in it. */
export interface Place {
  readonly folder: string
  readonly file: string
}

const mostKept = 10_000

/** The folder that holds all: turns paths into places, and sees to it that none lies outside. */
export class RootFolder {
  readonly root: string
  readonly #follow: boolean
  /** Whether what is done must be on the disk when it is answered. */
  readonly durable: boolean
  /** Real folders by path, `''` the root: asking the system once a folder, not once an entry. */
  readonly #folders = new Map<string, string>()

  constructor({ root, links, durable }: RootOptions) {
    this.root = root
    this.#follow = links === 'follow'
    this.durable = durable
  }

  /** Where an entry is, if its folder exists; `not_found`. */
  async find(path: string): Promise<Place> {
    refuseUnsafe(path)
    const { parent, name } = split(path)
    const folder = await this.findFolder(parent, path)
    return { folder, file: join(folder, name) }
  }

  /** Where an entry is to be; its folder is made. */
  async make(path: string): Promise<Place> {
    refuseUnsafe(path)
    const { parent, name } = split(path)
    const folder = await this.#makeFolder(parent, path)
    return { folder, file: join(folder, name) }
  }

  /** The real folder at a path, `''` for the root; `not_found`. */
  async findFolder(path: string, entry = path): Promise<string> {
    const known = this.#folders.get(path)
    if (known !== undefined) return known
    try {
      return await this.#resolve(path, entry)
    } catch (error) {
      // Below a file there is nothing, as in a bucket.
      if (errnoOf(error) === 'ENOTDIR') throw notFound(entry, error)
      throw error
    }
  }

  /** Forgets which folders there were: someone may have removed one. */
  forget(): void {
    this.#folders.clear()
  }

  /** The real file behind a link, or `undefined` when it may not be followed or leads nowhere. */
  async resolveLink(file: string): Promise<string | undefined> {
    try {
      const target = await realpath(file)
      return (await this.#holds(target)) ? target : undefined
    } catch (error) {
      if (['ENOENT', 'ELOOP', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return undefined
      throw error
    }
  }

  async #resolve(path: string, entry: string): Promise<string> {
    // The separator at the end makes a file that is no folder an error here.
    const real = await realpath(join(this.root, path) + sep)
    if (path !== '' && !(await this.#holds(real))) throw outside(entry)
    if (this.#folders.size >= mostKept) this.#folders.clear()
    this.#folders.set(path, real)
    return real
  }

  async #makeFolder(path: string, entry: string): Promise<string> {
    const known = this.#folders.get(path)
    if (known !== undefined) return known
    try {
      return await this.#resolve(path, entry)
    } catch (error) {
      const errno = errnoOf(error)
      if (errno !== 'ENOENT' && !(errno === 'ENOTDIR' && path === '')) throw error
    }
    if (path === '') await this.#makeRoot()
    else {
      // Each level is resolved before the next is made, so that nothing is made behind a link that leads out.
      const { parent, name } = split(path)
      const folder = await this.#makeFolder(parent, entry)
      try {
        await mkdir(join(folder, name))
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error
      }
      if (this.durable) await syncFolder(folder)
    }
    return await this.#resolve(path, entry)
  }

  /** Level by level, because Node's own recursion calls a read-only file system a folder that is not there. */
  async #makeRoot(folder = this.root, again = true): Promise<void> {
    try {
      await mkdir(folder)
    } catch (error) {
      const errno = errnoOf(error)
      if (errno === 'EEXIST' || errno === 'ENOTDIR') return await refuseUnlessFolder(folder)
      // Below a link that leads nowhere, or in /proc, it is not there either when its parent is.
      if (errno !== 'ENOENT' || !again || dirname(folder) === folder) throw error
      await this.#makeRoot(dirname(folder))
      return await this.#makeRoot(folder, false)
    }
    if (this.durable) await syncFolder(dirname(folder))
  }

  async #holds(real: string): Promise<boolean> {
    if (this.#follow) return true
    const root = await this.findFolder('')
    return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)
  }
}

async function refuseUnlessFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => errnoOf(error))
  if (typeof found === 'object' && found.isDirectory()) return
  const why =
    found === 'ENOENT'
      ? 'The folder is a link to a place that is not there: is its disk mounted?'
      : 'A part of the path of the folder is a file: choose another place.'
  throw new GantryError('not_found', why)
}

function split(path: string): { parent: string; name: string } {
  const slash = path.lastIndexOf('/')
  return { parent: slash < 0 ? '' : path.slice(0, slash), name: path.slice(slash + 1) }
}
