import { type Call, GantryError, throwIfCancelled } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import { isBlockOf } from '../pack/cid.ts'
import type { BlockSource, RunSource } from './block-source.ts'

const rememberedBytes = 1024 * 1024

/**
 * Blocks from the first source that gives the right bytes: each is compared with its CID. A source that lied, failed or
 * was slow is asked last from then on.
 */
export class BlockReader {
  /** Replaced, never changed: a reader may be half through. */
  #sources: readonly BlockSource[]
  readonly runs: RunSource | undefined
  /** Small blocks, which are those above leaves. */
  readonly #remembered = new Map<string, Uint8Array>()
  #rememberedBytes = 0

  constructor(runs: RunSource | undefined, others: readonly BlockSource[]) {
    this.runs = runs
    this.#sources = [...(runs === undefined ? [] : [runs]), ...others]
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
        failure ??= error
        this.#passOver(source)
      }
    }
    if (lied) throw new GantryError('integrity', 'A block has other bytes than its name says, wherever it is.')
    if (failure instanceof GantryError) throw failure
    if (failure !== undefined) {
      throw new GantryError('unavailable', 'No source of blocks could be asked.', { cause: failure })
    }
    throw new GantryError('not_found', 'No source has a block of the archive.')
  }

  #passOver(source: BlockSource): void {
    this.#sources = [...this.#sources.filter((other) => other !== source), source]
  }
}
