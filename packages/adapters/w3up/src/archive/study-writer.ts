import { createHash } from 'node:crypto'

import {
  type Bytes,
  type Call,
  exactly,
  GantryError,
  type NewEntry,
  type NewParcel,
  type ParcelOutcome,
  type ParcelWriter,
} from '@gantry/core/driver'

import type { StudyKey } from '../manifest/keyring.ts'
import { parseCid } from '../pack/cid.ts'
import { directoryTree } from '../pack/directory-tree.ts'
import type { Tree } from '../pack/file-tree.ts'
import { stageBody } from '../staging/staging.ts'
import type { Archive } from './archive.ts'
import { entryOf } from './entry-of.ts'
import { FilePacker } from './file-packer.ts'
import { identified } from './identified.ts'
import { KnownFiles } from './known-files.ts'
import { opaquePlace, placesOf } from './places.ts'
import { publishUnit } from './publish-unit.ts'
import { discardUnit } from './remove-units.ts'
import type { SavedFile, SavedStudy } from './saved-study.ts'
import { UnitUpload } from './unit-upload.ts'

/** The key of the study; `announce` journals that it is going to be made, where it is. */
export type OpenKey = (announce: () => Promise<void>) => Promise<StudyKey>

/** Packs the entries of a study into a new unit; those that the archive has already are left where they are. */
export class StudyWriter implements ParcelWriter {
  readonly has: ReadonlySet<string>
  readonly #archive: Archive
  readonly #upload: UnitUpload
  readonly #openKey: OpenKey | undefined
  readonly #files = new Map<string, SavedFile>()
  readonly #known: KnownFiles
  /** Of entries that are there with these bytes. */
  readonly #kept: ParcelOutcome[] = []

  constructor(archive: Archive, parcel: NewParcel, state: SavedStudy, openKey: OpenKey | undefined) {
    this.#archive = archive
    this.#openKey = openKey
    this.#upload = new UnitUpload(archive, parcel, state)
    this.#known = new KnownFiles(archive, this.#upload, openKey && state.key)
    for (const { files } of state.shards) for (const file of files) this.#files.set(file.path, file)
    this.has = new Set(this.#files.keys())
  }

  async add(entry: NewEntry, body: Bytes, call: Call): Promise<void> {
    const there = this.#archive.catalogue.known(entry.path)
    const maybeSame = there !== undefined && (entry.size === undefined || entry.size === there.entry.size)
    if (entry.size !== undefined && !maybeSame && !this.#known.mayHave(entry.size, entry.digests)) {
      return await this.#pack(entry, entry.size, body, call)
    }
    // Its length, or whether it is new, is known only when it has passed.
    const hash = createHash('sha256')
    const staged = await stageBody(this.#archive.staging, hashed(body, hash))
    try {
      const sha256 = hash.digest('hex')
      if (maybeSame && sha256 === there.entry.sha256) {
        this.#kept.push({ path: entry.path, entry: entryOf(there.unit.record.root, there.entry) })
        return
      }
      if (await this.#reuse(entry, sha256, call)) return
      await this.#pack(entry, staged.size, staged.read(), call)
    } finally {
      await staged.close()
    }
  }

  async commit(call: Call): Promise<readonly ParcelOutcome[]> {
    const published = this.#archive.catalogue.unit(this.#upload.state.unit)
    if (this.#files.size === 0 && published === undefined) {
      await this.#upload.abandon()
      return this.#kept
    }
    const key = await this.#key(call)
    // An earlier version had other places.
    const entries = published?.contents?.entries.map(({ path, place }) => [path, place] as const)
    const places = entries === undefined ? this.#places(key) : new Map(entries)
    const root = published?.record.root ?? (await this.#sendAll(places, call))
    const outcomes = [...this.#files.values()].map((file): ParcelOutcome => {
      const place = places.get(file.path) ?? ''
      return { path: file.path, entry: entryOf(root, { ...file, place }) }
    })
    await this.#archive.exclusively(async () => {
      await publishUnit(this.#archive, { root, files: this.#files, places, key, upload: this.#upload }, call)
    })
    return [...outcomes, ...this.#kept]
  }

  async abort(call: Call): Promise<void> {
    await this.#upload.abandon()
    await this.#archive.exclusively(async () => await discardUnit(this.#archive, this.#upload.state.unit, call))
  }

  async #pack(entry: NewEntry, size: number, body: Bytes, call: Call): Promise<void> {
    const packer = new FilePacker(this.#archive, this.#upload, await this.#key(call))
    const { image, body: whole } =
      entry.image === undefined ? await identified(exactly(body, size), size) : { ...entry, body: exactly(body, size) }
    const file = await packer.pack(image === undefined ? entry : { ...entry, image }, whole, size, call)
    if (entry.digests?.sha256 !== undefined && entry.digests.sha256 !== file.sha256) {
      throw new GantryError('integrity', 'The bytes are not those that were promised.')
    }
    this.#files.set(entry.path, file)
    this.#upload.complete(file)
  }

  /** What other units of the study have is used as it is there. */
  async #reuse(entry: NewEntry, sha256: string, call: Call): Promise<boolean> {
    // Bytes that are not those that were promised are refused where they are packed.
    if (!this.#known.has(sha256) || (entry.digests?.sha256 ?? sha256) !== sha256) return false
    const file = await this.#known.use(entry, sha256, await this.#key(call), call)
    if (file === undefined) return false
    this.#files.set(entry.path, file)
    return true
  }

  async #key(call: Call): Promise<StudyKey | undefined> {
    return await this.#openKey?.(async () => await this.#upload.begun(call))
  }

  #places(key: StudyKey | undefined): Map<string, string> {
    const places = placesOf(this.#files.values())
    if (key === undefined) return places
    return new Map([...places].map(([path, place]) => [path, opaquePlace(place, key.identity)]))
  }

  /** The folders, and the last shard. */
  async #sendAll(places: ReadonlyMap<string, string>, call: Call): Promise<string> {
    const trees = new Map<string, Tree>()
    for (const { path, cid, total } of this.#files.values()) {
      trees.set(places.get(path) ?? path, { cid: parseCid(cid), total })
    }
    const { cid } = await directoryTree(trees, async (block) => {
      if (!(await this.#known.useBlock(block.cid, call))) await this.#upload.add(block, call)
    })
    await this.#upload.finish(call)
    return cid.toString()
  }
}

async function* hashed(body: Bytes, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of body) {
    hash.update(chunk)
    yield chunk
  }
}
