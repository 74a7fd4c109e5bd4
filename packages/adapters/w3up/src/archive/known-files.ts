import { type Call, type Digests, isGantryError, type NewEntry } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import type { FoundEntry, KnownUnit } from '../manifest/catalogue.ts'
import type { StudyKey } from '../manifest/keyring.ts'
import { codec, hexOf, parseCid } from '../pack/cid.ts'
import type { DagIndex } from '../pack/dag-index.ts'
import { decodeNode } from '../pack/dag-pb.ts'
import { totalOf } from '../pack/file-tree.ts'
import { readIndex } from '../read/car-source.ts'
import { sealedFileSize } from '../seal/seal-file.ts'
import type { Archive } from './archive.ts'
import { packSlices, type SavedFile } from './saved-study.ts'
import type { ReusedShard, UnitUpload } from './unit-upload.ts'

/**
 * What other units of the study have, under the same key: a file that comes again by another path is not encrypted anew, and nothing of it is sent.
 * Indexes are read of those units alone of which something is used.
 */
export class KnownFiles {
  readonly #archive: Archive
  readonly #upload: UnitUpload
  readonly #bySha256 = new Map<string, FoundEntry>()
  readonly #sizes = new Set<number>()
  readonly #indexes = new Map<string, Promise<DagIndex | undefined>>()
  /** By the SHA-256 of blocks: in units of which something was used. */
  readonly #shards = new Map<string, ReusedShard>()

  constructor(archive: Archive, upload: UnitUpload, key: string | undefined) {
    this.#archive = archive
    this.#upload = upload
    const { unit: name, study } = upload.state
    for (const unit of archive.catalogue.units) {
      if (unit.record.unit === name || unit.record.key !== key || unit.contents?.study !== study) continue
      for (const entry of unit.contents.entries) {
        this.#bySha256.set(entry.sha256, { unit, entry })
        this.#sizes.add(entry.size)
      }
    }
  }

  /** Whether a file of this length, and of these digests where they are promised, may be known. */
  mayHave(size: number, { sha256 }: Digests = {}): boolean {
    return this.#sizes.has(size) && (sha256 === undefined || this.has(sha256))
  }

  has(sha256: string): boolean {
    return this.#bySha256.has(sha256)
  }

  /** The file of these bytes, whose shards are the unit's own from now on; nothing where one of them is not there. */
  async use(
    { path, modified, contentType, image: told }: NewEntry,
    sha256: string,
    key: StudyKey | undefined,
    call: Call,
  ): Promise<SavedFile | undefined> {
    const found = this.#bySha256.get(sha256)
    if (found === undefined) return undefined
    const { cid, size, nonce, image = told } = found.entry
    const shards = await this.#shardsBelow(found, call)
    if (shards === undefined || !(await this.#upload.reuse(shards, call))) return undefined
    return {
      path,
      size,
      sha256,
      cid,
      total: await totalOf(key === undefined ? size : sealedFileSize(size, key)),
      ...(nonce !== undefined && { nonce }),
      ...(modified !== undefined && { modified }),
      ...(contentType !== undefined && { contentType }),
      ...(image !== undefined && { image: { ...image } }),
    }
  }

  /** The same of a folder, whose files are those of another one. */
  async useBlock(cid: CID, call: Call): Promise<boolean> {
    const shard = this.#shards.get(hexOf(cid))
    return shard !== undefined && (await this.#upload.reuse([shard], call))
  }

  /** Those that hold the blocks of a file; nothing where they cannot be told. */
  async #shardsBelow({ unit, entry }: FoundEntry, call: Call): Promise<readonly ReusedShard[] | undefined> {
    if ((await this.#index(unit, call)) === undefined) return undefined
    const shards = new Set<ReusedShard>()
    const left = [parseCid(entry.cid)]
    try {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const shard = this.#shards.get(hexOf(next))
        if (shard === undefined) return undefined
        shards.add(shard)
        if (next.code !== codec.dagPb) continue
        const node = await this.#archive.readers.of(unit.record).reader.node(next, call)
        left.push(...decodeNode(node).links.map((link) => link.cid))
      }
    } catch (error) {
      return nothingIfLost(error)
    }
    return [...shards]
  }

  async #index(unit: KnownUnit, call: Call): Promise<DagIndex | undefined> {
    const { record } = unit
    const known = this.#indexes.get(record.unit)
    if (known !== undefined) return await known
    const reading = readIndex(this.#archive.shards, record, call).catch(nothingIfLost)
    this.#indexes.set(record.unit, reading)
    const index = await reading
    for (const { cid, size, piece } of record.shards) {
      const slices = index?.shards.get(cid)
      if (slices === undefined) continue
      const shard = { cid, size, ...(piece !== undefined && { piece }), slices: packSlices(slices) }
      for (const sha256 of slices.keys()) this.#shards.set(sha256, shard)
    }
    return index
  }
}

function nothingIfLost(error: unknown): undefined {
  if (isGantryError(error) && (error.code === 'integrity' || error.code === 'not_found')) return undefined
  throw error
}
