import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import {
  type Abilities,
  type ByteRange,
  type Bytes,
  type Call,
  type DirectDriver,
  type DirectOrder,
  type Entry,
  type EntryRef,
  GantryError,
  type NewEntry,
  type Reading,
  type Selection,
  type StoreDriver,
  type Taken,
} from '@gantry/core/driver'

import { codeOf } from './code-of.ts'
import { canCopyAside } from './copy-threads.ts'
import { FileUploads } from './file-uploads.ts'
import { checked, type FsOptions } from './fs-options.ts'
import { listFiles } from './list-files.ts'
import { readFile } from './read-file.ts'
import { refusingClashes } from './refusals.ts'
import { removeFile } from './remove-file.ts'
import { realLocation } from './real-location.ts'
import { RootFolder } from './root-folder.ts'
import { statFile } from './stat-file.ts'
import { takeFile } from './take-file.ts'
import { writeFile } from './write-file.ts'

/** A store over a folder. */
export function fs(options: FsOptions): StoreDriver {
  const { root, durability = 'disk', links = 'within' } = checked(options)
  return new FsDriver(new RootFolder({ root: resolve(root), links, durable: durability === 'disk' }))
}

/** Longer files go in parts, of which a crash loses less. */
const longestTaken = 2 ** 30

class FsDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme = 'file'
  readonly abilities: Abilities
  readonly url: string
  readonly resumable: FileUploads
  readonly direct: DirectDriver
  readonly #root: RootFolder

  constructor(root: RootFolder) {
    this.#root = root
    this.url = pathToFileURL(root.root).href
    this.resumable = new FileUploads(root)
    this.direct = {
      canTake: (from, ref) => #root in from && canCopyAside() && (ref.size ?? Infinity) <= longestTaken,
      take: async (order, call) => await this.#take(order, call),
    }
    this.abilities = {
      write: true,
      remove: true,
      conditional: true,
      versions: true,
      digests: [],
      modified: 'given',
      order: 'path',
      folders: true,
      longestPath: longestPath(root.root),
      longestSegment: 255,
      direct: true,
      // One by one: side by side they would reach the same disk no sooner, and cost the caller a part of memory each.
      resumable: { minPartSize: 1, maxPartSize: 2 ** 40, maxParts: 100_000, parallel: false },
    }
  }

  list(selection: Selection, call: Call): AsyncIterable<Entry> {
    return listFiles(this.#root, selection, call)
  }

  async stat(path: string): Promise<Entry> {
    return await statFile(this.#root, path)
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
    return await readFile(this.#root, ref, range, call)
  }

  async write(entry: NewEntry, body: Bytes, call: Call): Promise<Entry> {
    return await refusingClashes(entry.path, async () => await writeFile(this.#root, entry, body, call))
  }

  async remove(path: string): Promise<void> {
    await removeFile(this.#root, path)
  }

  async location(): Promise<string> {
    return await realLocation(this.#root.root)
  }

  codeOf(error: unknown) {
    return codeOf(error)
  }

  async #take({ from, ref, entry }: DirectOrder, call: Call): Promise<Taken> {
    if (!(#root in from)) throw new GantryError('unsupported', 'Only files of folders can be taken.')
    const order = { from: from.#root, to: this.#root, ref, entry }
    return await refusingClashes(entry.path, async () => await takeFile(order, call))
  }
}

/** The system limits whole names, the folder's own included; room is left for the names of temporary files. */
function longestPath(root: string): number {
  const limit = process.platform === 'darwin' ? 1024 : 4096
  return Math.max(255, limit - Buffer.byteLength(root) - 64)
}
