import { isGantryError } from '@gantry/core'
import { batched, sideBySide } from '@gantry/core/side-by-side'
import type { Journal, Receipt } from '@gantry/transfer'

import { byRoot } from '../records/by-root.ts'
import { newestSessionsOf } from '../records/newest-sessions.ts'
import type { SessionName } from '../records/place-rows.ts'
import type { CatalogueReceipt, NewReceipt } from '../records/receipt.ts'
import { sha256At } from '../sha256-at.ts'
import type { SettleOptions } from './settle-options.ts'
import { stagedOf } from './staged.ts'
import { toldOf } from './told-of.ts'

/** Many together: each commit writes a page for nearly every digest, because digests are scattered. */
const batchSize = 5000

/** Entries that the catalogue is asked of at a time. */
const pageSize = 500

interface There {
  readonly path: string
  readonly target: string
  readonly known: CatalogueReceipt | undefined
  /** The catalogue vouches for it, as it is. */
  readonly fits: boolean
}

/** What becomes of what a job did, as far as it was gone through. */
export class Settling {
  readonly #options: SettleOptions
  sent = 0
  known = 0
  adopted = 0
  different = 0
  bytes = 0
  /** Known ones that the session did not have. */
  added = 0
  /** Sessions of what was known, where there is no new one; by row. */
  readonly #earlier = new Map<number, SessionName>()

  constructor(options: SettleOptions) {
    this.#options = options
  }

  /** Sessions that manifests are to tell of: a nameless one without news is none, and what it found is told of by others. */
  told(): SessionName[] {
    const { session, nameless = false } = this.#options
    const isOne = !nameless || this.sent + this.adopted > 0
    return [...(isOne && this.sent + this.adopted + this.known > 0 ? [session] : []), ...this.#earlier.values()]
  }

  /** What the job has sent. */
  async receipts(): Promise<void> {
    const { journal, to } = this.#options
    let batch: NewReceipt[] = []
    let lacking = false
    for await (const { path, target, bytes, digests, version, verified, at } of journal.receipts()) {
      const { sha256 } = digests
      this.sent += 1
      this.bytes += bytes
      if (sha256 === undefined) lacking = true
      else {
        const told = toldOf(digests, to)
        const about = { path: target, bytes, sha256, at, verified, ...(version !== undefined && { version }), ...told }
        batch.push({ ...about, ...(await this.#said(path)) })
      }
      if (batch.length < batchSize) continue
      await this.#record(batch)
      batch = []
    }
    await this.#record(batch)
    if (!lacking || !this.#options.completed) return
    await this.#aside(withoutSha256(journal), async ({ path, target, at }) => {
      await this.#adopt(path, target, { at })
    })
  }

  /** What was there already. */
  async same(): Promise<void> {
    const { catalogue } = this.#options
    let kept: CatalogueReceipt[] = []
    let lacking = false
    for await (const { known, fits } of this.#there()) {
      if (known === undefined || !fits) lacking = true
      else kept.push(known)
      if (kept.length < batchSize) continue
      await this.#keep(kept)
      kept = []
    }
    await this.#keep(kept)
    if (!lacking) return
    // All that is known is recorded by now: what cannot be read keeps none of it from that.
    await this.#aside(this.#there(), async ({ path, target, known, fits }) => {
      if (fits) return
      const isKnown = await this.#adopt(path, target, { at: catalogue.now(), known })
      if (isKnown === false) this.adopted += 1
    })
  }

  /** What the journal took for the same, and what the catalogue knows of each. */
  async *#there(): AsyncGenerator<There, void, undefined> {
    const { catalogue, journal, location } = this.#options
    for await (const page of batched(journal.same(), pageSize)) {
      const known = await catalogue.atAll(
        location,
        page.map(({ target }) => target),
      )
      for (const { source, target } of page) {
        const one = known.get(target)
        const fits = one?.verified === true && (source.size === undefined || one.bytes === source.size)
        yield { path: source.path, target, known: one, fits }
      }
    }
  }

  async #keep(receipts: readonly CatalogueReceipt[]): Promise<void> {
    if (receipts.length === 0) return
    const { catalogue, location, session, nameless = false } = this.#options
    const isNew = !nameless || this.sent > 0
    if (isNew) {
      const { owner = '', name } = session
      const target = await catalogue.find(name, { owner, kinds: ['session'] }).catch(undefinedIfMissing)
      for (const receipt of receipts) {
        if (target === undefined || !(await catalogue.isOf(target, receipt))) this.added += 1
      }
    } else {
      for (const { row, ...earlier } of await newestSessionsOf(catalogue.database, receipts)) {
        this.#earlier.set(row, earlier)
      }
    }
    await catalogue.record({ location, ...(isNew && { session }) }, receipts)
    await this.#extend(receipts)
    this.known += receipts.length
  }

  /**
   * Class and retention that are asked for hold for what was there as well. The class comes first: storages move an entry by
   * writing it anew, and what is retained by then either cannot be moved, or leaves a retained version behind.
   */
  async #extend(receipts: readonly CatalogueReceipt[]): Promise<void> {
    const { catalogue, to, journal, retainUntil = journal.spec.retainUntil } = this.#options
    const { tier } = journal.spec
    if (tier !== undefined && to.abilities.tier !== undefined) {
      const elsewhere = receipts.filter((receipt) => receipt.tier !== tier)
      await this.#aside(elsewhere, async ({ path }, signal) => void (await to.setTier(path, tier, { signal })))
      await catalogue.markTier(elsewhere, tier)
    }
    if (retainUntil === undefined) return
    const later = receipts.filter((receipt) => (receipt.retainUntil ?? 0) < retainUntil)
    if (to.abilities.retain === true) {
      await this.#aside(later, async ({ path }, signal) => await to.retain(path, retainUntil, { signal }))
    }
    await catalogue.markRetained(later, retainUntil)
  }

  /** Reads both sides, because the catalogue vouches for what it records. Whether it was known; nothing if they differ. */
  async #adopt(
    path: string,
    target: string,
    { at, known }: { readonly at: number; readonly known?: CatalogueReceipt | undefined },
  ): Promise<boolean | undefined> {
    const { catalogue, from, to, location, hashing, signal } = this.#options
    const [mine, theirs] = await Promise.all([
      // A source that is gone proves nothing against the copy.
      sha256At(from, path, { hashing, signal }).catch(undefinedIfMissing),
      sha256At(to, target, { hashing, signal }),
    ])
    if (mine !== undefined && mine.sha256 !== theirs.sha256) {
      this.different += 1
      return undefined
    }
    if (known?.sha256 === theirs.sha256) {
      await this.#keep([{ ...known, verified: true }])
      return true
    }
    const { version, tier } = theirs.entry
    const receipt = { path: target, bytes: theirs.bytes, sha256: theirs.sha256, at, verified: true }
    const said = await this.#said(path)
    await this.#record([{ ...receipt, ...(version !== undefined && { version }), ...said }], { asked: false })
    const stored = await catalogue.at(location, target)
    if (stored !== undefined) await this.#extend([{ ...stored, ...(tier !== undefined && { tier }) }])
    return false
  }

  /** `asked`: they have the class and retention that the job asked for. */
  async #record(receipts: readonly NewReceipt[], { asked = true } = {}): Promise<void> {
    const { catalogue, location, session, journal, to, retainUntil = journal.spec.retainUntil } = this.#options
    const { tier } = journal.spec
    const kept = asked && {
      ...(tier !== undefined && to.abilities.tier !== undefined && { tier }),
      ...(retainUntil !== undefined && { retainUntil }),
    }
    for (const [root, group] of byRoot(receipts)) {
      const unit = root === undefined ? {} : { unit: { root, shards: [] } }
      await catalogue.record(
        { location, session, ...unit },
        group.map((receipt) => ({ ...kept, ...receipt })),
      )
    }
  }

  async #said(path: string) {
    return await stagedOf(this.#options.catalogue, this.#options.journal.spec.id, path)
  }

  async #aside<Item>(
    items: Iterable<Item> | AsyncIterable<Item>,
    work: (item: Item, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { signal } = this.#options
    await sideBySide(items, 8, async (item) => await work(item, signal), { signal })
  }
}

/** After a lost answer, only what both sides tell is known of it. */
async function* withoutSha256(journal: Journal): AsyncGenerator<Receipt, void, undefined> {
  for await (const receipt of journal.receipts()) if (receipt.digests.sha256 === undefined) yield receipt
}

function undefinedIfMissing(error: unknown): undefined {
  if (isGantryError(error) && error.code === 'not_found') return undefined
  throw error
}
