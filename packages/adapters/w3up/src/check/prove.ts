import { type Call, GantryError, isGantryError, type Proven } from '@gantry/core/driver'

import type { Archive } from '../archive/archive.ts'
import { Readers } from '../archive/readers.ts'
import type { FoundEntry, KnownUnit } from '../manifest/catalogue.ts'
import { codec, parseCid } from '../pack/cid.ts'
import { decodeNode } from '../pack/dag-pb.ts'
import { checkUnit, lostBlocks, type ProvenBlocks } from './check-unit.ts'

interface CheckedBlocks extends ProvenBlocks {
  readonly errors: number
}

/** Proves entries by the blocks of this archive alone: what a gateway could give instead is not kept here. */
export class Prover {
  readonly #archive: Archive
  /** The unit that was read last, whole: its entries are asked for together. */
  #whole: { readonly unit: KnownUnit; readonly checked: Promise<CheckedBlocks> } | undefined

  /** Without gateways. What they saw holds for one run of proofs: what is lost later is not there any more. */
  readonly #readers: Readers
  /** Proofs that are under way. */
  #running = 0

  constructor(archive: Archive) {
    this.#archive = archive
    this.#readers = new Readers(archive.shards, [])
  }

  /** Blobs were mended. */
  forget(): void {
    this.#whole = undefined
    this.#readers.forget()
  }

  async prove(path: string, { all }: { readonly all: boolean }, call: Call): Promise<Proven> {
    const found = await this.#archive.catalogue.find(path, call)
    if (found === undefined) throw this.#archive.catalogue.absent(path)
    if (!all) return await this.#inRun(async () => await this.#proveEntry(found, call))
    const { errors, ...blocks } = await this.#checked(found.unit, call)
    if (lostBlocks([found.entry.cid], blocks) > 0) return 'lost'
    return errors > 0 ? 'damaged' : 'held'
  }

  async #inRun(prove: () => Promise<Proven>): Promise<Proven> {
    this.#running += 1
    try {
      return await prove()
    } finally {
      this.#running -= 1
      if (this.#running === 0) this.#readers.forget()
    }
  }

  async #proveEntry({ unit, entry }: FoundEntry, call: Call): Promise<Proven> {
    const { reader, source } = this.#readers.of(unit.record)
    const left = [parseCid(entry.cid)]
    try {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const bytes = await reader.block(next, call)
        if (next.code === codec.dagPb) left.push(...decodeNode(bytes).links.map(({ cid }) => cid))
      }
      return source.isIndexLost ? 'damaged' : 'held'
    } catch (error) {
      if (isGantryError(error) && (error.code === 'integrity' || error.code === 'not_found')) return 'lost'
      throw error
    }
  }

  async #checked(unit: KnownUnit, call: Call): Promise<CheckedBlocks> {
    if (this.#whole?.unit !== unit) this.#whole = { unit, checked: this.#check(unit, call) }
    const { checked } = this.#whole
    try {
      return await checked
    } catch (error) {
      this.#whole = undefined
      throw error
    }
  }

  async #check(unit: KnownUnit, call: Call): Promise<CheckedBlocks> {
    let blocks: ProvenBlocks | undefined
    let errors = 0
    const onBlocks = (proven: ProvenBlocks) => void (blocks = proven)
    for await (const result of checkUnit(this.#archive, unit, call, onBlocks)) {
      if (result.type === 'finding' && result.severity === 'error') errors += 1
    }
    if (blocks === undefined) throw new GantryError('internal', 'A unit was checked, and nothing is known of it.')
    // Entries that are lost say it themselves: the others are not to be counted with them.
    const lost = lostBlocks(
      (unit.contents?.entries ?? []).map(({ cid }) => cid),
      blocks,
    )
    return { ...blocks, errors: lost > 0 ? 0 : errors }
  }
}
