import {
  checkGiven,
  type Abilities,
  type ByteRange,
  type Bytes,
  type Call,
  type Entry,
  type EntryRef,
  GantryError,
  isGantryError,
  type NewEntry,
  type Reading,
  type Selection,
  type StoreDriver,
} from '@gantry/core/driver'

import { codeOf, nameOfError } from './code-of.ts'
import { FolderUploads, uploadAbility } from './folder-uploads.ts'
import type { DirectoryHandle } from './handles.ts'
import { listFiles } from './list-files.ts'
import { findFile, findPlace, longestName } from './places.ts'
import { readFile } from './read-file.ts'
import { sweepParts, writeFile } from './write-file.ts'

export interface BrowserOptions {
  /** The folder, or what opens it when it is first needed: `privateFolder`, `keptFolder`, or a picker's handle. */
  readonly root: DirectoryHandle | (() => Promise<DirectoryHandle>)
}

const abilities: Abilities = {
  write: true,
  remove: true,
  // Nothing keeps two pages from writing the same file.
  conditional: false,
  // A file's time may stand still while it changes.
  versions: false,
  digests: [],
  modified: 'stored',
  order: 'path',
  folders: true,
  longestPath: 2048,
  longestSegment: longestName,
  resumable: uploadAbility,
}

/** A store over a folder of the browser: one that the user chose, or one of the origin private file system. */
export function browser(options: BrowserOptions): StoreDriver {
  // A folder, or a function that opens one.
  if (typeof (options as Partial<BrowserOptions> | undefined)?.root !== 'function')
    checkGiven(options, 'a browser store', { root: 'object' })
  return new BrowserDriver(options)
}

class BrowserDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme = 'browser'
  readonly abilities = abilities
  readonly resumable: FolderUploads
  readonly #open: () => Promise<DirectoryHandle>
  #root: Promise<DirectoryHandle> | undefined
  #swept: Promise<void> | undefined
  /** Files that are there, empty, until their copy is whole; and by how many writers. */
  readonly #hidden = new Map<string, number>()

  constructor({ root }: BrowserOptions) {
    this.#open = typeof root === 'function' ? root : async () => root
    this.resumable = new FolderUploads({
      folder: async () => await this.#sweptFolder(),
      stat: async (path) => await this.stat(path),
      write: async (entry, body, call) => await this.write(entry, body, call),
    })
  }

  async *list({ prefix = '' }: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
    yield* listFiles(await this.#folder(), prefix, (path) => this.#hidden.has(path), call)
  }

  async stat(path: string): Promise<Entry> {
    const { size, lastModified } = await (await this.#find(path)).getFile()
    return { path, size, modified: lastModified }
  }

  async read({ path }: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
    return await readFile(await this.#find(path), path, range, call)
  }

  async write(entry: NewEntry, body: Bytes, call: Call): Promise<Entry> {
    const root = await this.#sweptFolder()
    return await writeFile(root, entry, body, (path) => this.#hide(path), call)
  }

  async remove(path: string): Promise<void> {
    try {
      await this.#find(path)
      const { folder, name } = await findPlace(await this.#folder(), path, false)
      await folder.removeEntry(name)
    } catch (error) {
      if (nameOfError(error) === 'NotFoundError') return
      if (isGantryError(error) && error.code === 'not_found') return
      throw error
    }
  }

  codeOf(error: unknown) {
    return codeOf(error)
  }

  async #find(path: string) {
    if (this.#hidden.has(path)) throw new GantryError('not_found', 'There is no such entry.', { path })
    return await findFile(await this.#folder(), path)
  }

  /** Opened once; asked again after a failure, because permission may be given then. */
  async #folder(): Promise<DirectoryHandle> {
    this.#root ??= this.#open()
    try {
      return await this.#root
    } catch (error) {
      this.#root = undefined
      throw error
    }
  }

  async #sweptFolder(): Promise<DirectoryHandle> {
    const root = await this.#folder()
    // What cannot be swept is no reason not to write.
    this.#swept ??= sweepParts(root).catch(() => {})
    await this.#swept
    return root
  }

  #hide(path: string): () => void {
    this.#hidden.set(path, (this.#hidden.get(path) ?? 0) + 1)
    return () => {
      const left = (this.#hidden.get(path) ?? 1) - 1
      if (left === 0) this.#hidden.delete(path)
      else this.#hidden.set(path, left)
    }
  }
}
