import { type Call, GantryError, isGantryError, throwIfCancelled } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import { heldBy, isBlockOf, isProvable } from '../pack/cid.ts'
import type { BlockSource, RunSource } from './block-source.ts'

const rememberedBytes = 1024 * 1024

/**
 * Blocks from the first source that gives the right bytes: each is compared with its CID. A source that lied, failed or
 * was slow is asked last from then on.
 */
export class BlockReader {
  /** Replaced, never changed: a reader may be half through. */
  #sources: readonly BlockSource[]
  readonly #runs: RunSource | undefined
  /** It could not be reached, or not in time. */
  #areRunsAway = false
  /** Small blocks, which are those above leaves. */
  readonly #remembered = new Map<string, Uint8Array>()
  #rememberedBytes = 0

  constructor(runs: RunSource | undefined, others: readonly BlockSource[]) {
    this.#runs = runs
    this.#sources = [...(runs === undefined ? [] : [runs]), ...others]
  }

  /** Gives blocks that lie side by side as one; none while it is away, if others can be asked. */
  get runs(): RunSource | undefined {
    return this.#areRunsAway && this.#sources.length > 1 ? undefined : this.#runs
  }

  /** Told of an error of `runs`: to wait again for every run of a file would take longer than anyone has. */
  runFailed(error: unknown): void {
    if (!isGantryError(error) || (error.code !== 'unavailable' && error.code !== 'timeout')) return
    this.#areRunsAway = true
    if (this.#runs !== undefined) this.#passOver(this.#runs)
  }

  /** A node above leaves. */
  async node(cid: CID, call: Call): Promise<Uint8Array> {
    const key = cid.toString()
    const known = this.#remembered.get(key)
    if (known !== undefined) return known
    const bytes = await this.block(cid, call)
    if (this.#rememberedBytes + bytes.length > rememberedBytes) {
      this.#remembered.clear()
      this.#rememberedBytes = 0
    }
    this.#remembered.set(key, bytes)
    this.#rememberedBytes += bytes.length
    return bytes
  }

  /** The block; `not_found` where no source has it, `integrity` where those that have it lie. */
  async block(cid: CID, call: Call): Promise<Uint8Array> {
    const held = heldBy(cid)
    if (held !== undefined) return held
    if (!isProvable(cid)) {
      throw new GantryError('unsupported', 'A block is named by another hash than SHA-256: it cannot be proved here.')
    }
    let lied = false
    let failure: unknown
    for (const source of this.#sources) {
      throwIfCancelled(call)
      try {
        const bytes = await source.block(cid, call)
        if (bytes !== undefined && isBlockOf(cid, bytes)) return bytes
        lied ||= bytes !== undefined
        if (bytes !== undefined) this.#passOver(source)
      } catch (error) {
        throwIfCancelled(call)
        // That one cannot give blocks at all says less than why another did not.
        if (failure === undefined || (isGantryError(failure) && failure.code === 'unsupported')) failure = error
        this.#passOver(source)
        if (source === this.#runs) this.runFailed(error)
      }
    }
    if (lied) throw new GantryError('integrity', 'A block has other bytes than its name says, wherever it is.')
    if (isGantryError(failure)) throw failure
    if (failure !== undefined) {
      throw new GantryError('unavailable', 'No source of blocks could be asked.', { cause: failure })
    }
    throw new GantryError('not_found', 'No source has a block of the archive.')
  }

  #passOver(source: BlockSource): void {
    this.#sources = [...this.#sources.filter((other) => other !== source), source]
  }
}
