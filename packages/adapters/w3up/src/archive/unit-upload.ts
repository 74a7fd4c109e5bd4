import type { Call, NewParcel } from '@gantry/core/driver'

import type { Block } from '../pack/cid.ts'
import { type PackedShard, ShardPacker } from '../pack/shard-packer.ts'
import { pieceCidOf } from '../piece/piece-cid.ts'
import { shardBlob } from '../read/car-source.ts'
import type { Archive } from './archive.ts'
import { type JournalBlob, writeJournal } from './journal.ts'
import {
  formatSaved,
  type OpenFile,
  packSlices,
  type SavedFile,
  type SavedShard,
  type SavedStudy,
  unpackSlices,
} from './saved-study.ts'

/** A shard of another unit of the study. */
export type ReusedShard = Omit<SavedShard, 'files' | 'open'>

/** The shards of one unit on their way: each is announced, to the archive and to who saves, before it is sent. */
export class UnitUpload {
  readonly #archive: Archive
  readonly #parcel: NewParcel
  readonly #packer: ShardPacker
  readonly #started: number
  /** Blocks of shards that were sent, by SHA-256: none of them is sent twice. */
  readonly #sent = new Set<string>()
  #state: SavedStudy
  /** Not saved: who goes on finds them again, file by file. */
  readonly #reused = new Map<string, ReusedShard>()
  /** Complete, and not wholly in shards that were sent. */
  #completed: SavedFile[] = []
  #open: (() => OpenFile) | undefined
  #call: Call | undefined

  constructor(archive: Archive, parcel: NewParcel, state: SavedStudy) {
    this.#archive = archive
    this.#parcel = parcel
    this.#state = state
    this.#started = archive.now()
    const { staging, shardSize } = archive
    this.#packer = new ShardPacker({ staging, shardSize, onShard: async (shard) => await this.#send(shard) })
    for (const { slices } of state.shards) for (const sha256 of unpackSlices(slices).keys()) this.#sent.add(sha256)
  }

  get state(): SavedStudy {
    return this.#state
  }

  /** All of the unit. */
  get shards(): readonly ReusedShard[] {
    return [...this.#state.shards, ...this.#reused.values()]
  }

  /** Tells of the unit before anything is kept of it. */
  async begun(call: Call): Promise<void> {
    await this.#parcel.save(formatSaved(this.#state))
    await this.announce([], call)
  }

  /** What an earlier process sent of this file. */
  openFile(path: string): OpenFile | undefined {
    const open = this.#state.shards.at(-1)?.open
    return open?.path === path ? open : undefined
  }

  /** Begins a file; `open` tells how far it is, should a shard end within it. */
  begin(open: () => OpenFile): void {
    this.#open = open
  }

  /** The file that was begun is complete. */
  complete(file: SavedFile): void {
    this.#open = undefined
    this.#completed.push(file)
  }

  async add(block: Block, call: Call): Promise<void> {
    if (this.#sent.has(Buffer.from(block.cid.multihash.digest).toString('hex'))) return await this.#packer.settle()
    this.#call = call
    await this.#packer.add(block)
  }

  /** Sends what is left. */
  async finish(call: Call): Promise<void> {
    this.#call = call
    await this.#packer.finish()
    // All blocks of these were sent before.
    if (this.#completed.length > 0) await this.#completedWithoutShard()
  }

  /** Makes shards of other units the unit's own; not where one of them is not there. */
  async reuse(shards: readonly ReusedShard[], call: Call): Promise<boolean> {
    const own = new Set(this.shards.map(({ cid }) => cid))
    const more = shards.filter(({ cid }) => !own.has(cid))
    if (more.length === 0) return true
    for (const shard of more) this.#reused.set(shard.cid, shard)
    // Whoever removes that unit now leaves them.
    await this.begun(call)
    for (const shard of more) {
      if (await this.#archive.shards.has(shardBlob(shard), call)) continue
      for (const { cid } of more) this.#reused.delete(cid)
      return false
    }
    return true
  }

  async abandon(): Promise<void> {
    await this.#packer.abandon()
  }

  /** Journals what else the unit will need. */
  async announce(more: readonly JournalBlob[], call: Call): Promise<void> {
    const { unit, key, newKey } = this.#state
    const sent = this.shards.map(({ cid, size }) => ({ cid, size, kind: 'shard' as const }))
    const made = newKey && key !== undefined ? { key } : {}
    await writeJournal(this.#archive, { unit, started: this.#started, ...made, blobs: [...sent, ...more] }, call)
  }

  async #send({ cid, size, slices, file }: PackedShard): Promise<void> {
    const call = this.#call
    if (call === undefined) throw new Error('A shard was made outside of a call.')
    const open = this.#open?.()
    const piece = this.#archive.pieceCids ? await pieceCidOf(file.read(), call) : undefined
    const shard: SavedShard = {
      cid: cid.toString(),
      size,
      slices: packSlices(slices),
      files: this.#completed,
      ...(piece !== undefined && { piece }),
      ...(open !== undefined && { open }),
    }
    const { shards } = this.#state
    this.#state = { ...this.#state, shards: [...shards.slice(0, -1).map(closed), ...shards.slice(-1), shard] }
    await this.announce([], call)
    await this.#parcel.save(formatSaved(this.#state))
    const blob = { cid, size, kind: 'shard' } as const
    if (!(await this.#archive.shards.has(blob, call))) {
      await this.#archive.shards.put({ ...blob, read: () => file.read() }, call)
    }
    for (const sha256 of slices.keys()) this.#sent.add(sha256)
    this.#completed = []
  }

  async #completedWithoutShard(): Promise<void> {
    const last = this.#state.shards.at(-1)
    if (last === undefined) throw new Error('A unit without shards has no files.')
    const files = [...last.files, ...this.#completed]
    this.#state = { ...this.#state, shards: [...this.#state.shards.slice(0, -1), { ...closed(last), files }] }
    this.#completed = []
    await this.#parcel.save(formatSaved(this.#state))
  }
}

function closed(shard: SavedShard): SavedShard {
  const { open: _, ...rest } = shard
  return rest
}
