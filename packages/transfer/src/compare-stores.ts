import {
  compareDigests,
  compareExisting,
  compareSizes,
  type Entry,
  GantryError,
  type Hashing,
  isGantryError,
  type Layout,
  type Selection,
  type Store,
  type Tally,
} from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import { orderedMap } from '@gantry/core/side-by-side'

import { createJobSpec } from './create-job-spec.ts'
import { digestsOf } from './digests-of.ts'
import type { Identify } from './job.ts'
import type { PlannedEntry } from './journal/journal.ts'
import { scratchJournal } from './journal/scratch-journal.ts'
import { layoutOf } from './layout-of.ts'
import { plan } from './planner.ts'
import { nodeHashing } from './platform/hashing.ts'
import { watchedPersistently } from './runner/watched-persistently.ts'
import { Watchdog } from './runner/watchdog.ts'

export interface CompareOptions {
  readonly from: Store
  readonly to: Store
  readonly selection?: Selection | undefined
  readonly layout?: Layout | undefined
  readonly identify?: Identify | undefined
  /** Reads both sides; else what the stores tell is compared, where that proves anything. */
  readonly deep?: boolean | undefined
  readonly hashing?: Hashing | undefined
  readonly concurrency?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Of entries and bytes that were listed since it was told last, before any is compared; negative where a listing begins anew, or repeats itself. */
  readonly onListed?: ((more: Tally) => void) | undefined
}

/** One entry of the source, and what the destination has of it. */
export interface ComparedEntry {
  readonly path: string
  /** Empty where the layout has no place for it. */
  readonly target: string
  readonly bytes: number
  /** `unknown`: equal size, and nothing that proves more; or the source does not let it be looked at, holds it too damaged to say whether it is meant, or has nothing of what is named. */
  readonly outcome: 'same' | 'different' | 'missing' | 'unknown'
}

/**
 * Compares every selected entry of one store with its place in another; in the order of the source's listing. What has
 * no place there is `missing`. The source is listed to its end before the first is compared, because the place of an
 * entry depends on all others: names that would collide are told apart as a copy tells them apart, by the same plan. What is
 * refused or damaged of one entry is its outcome; throws what keeps either store from being listed or looked into, `timeout` of one that
 * does not answer, and `cancelled` where `signal` is aborted.
 */
export async function* compareStores(options: CompareOptions): AsyncGenerator<ComparedEntry, void, undefined> {
  checkGiven(options, 'compareStores', { from: 'store', to: 'store', selection: 'object?' })
  const { from, to, selection = {}, identify, concurrency = 8, deep = false } = options
  const { hashing = nodeHashing, signal = new AbortController().signal, onListed = () => {} } = options
  const layout = options.layout ?? layoutOf(undefined, to)
  const watchdog = new Watchdog()
  const reading = { hashing, signal, watchdog }

  async function check({ source, target, refusal }: PlannedEntry): Promise<ComparedEntry> {
    // One that cannot be read may well be there, wherever that is.
    if (refusal !== undefined && refusal.code !== 'invalid') {
      return { path: source.path, target, bytes: source.size ?? 0, outcome: 'unknown' }
    }
    const found = target === '' ? undefined : await findTarget(target)
    const about = { path: source.path, target, bytes: source.size ?? found?.size ?? 0 }
    if (found === undefined) return { ...about, outcome: 'missing' }
    if (compareSizes(source, found) === 'different') return { ...about, outcome: 'different' }
    if (deep) return { ...about, outcome: await compareBytes(source.path, target) }
    let verdict = compareExisting(source, found, { comparable: false })
    if (verdict !== 'same' && verdict !== 'different') {
      // What a listing leaves out.
      verdict = compareExisting({ ...source, ...(await find(from, source.path)) }, found, { comparable: false })
    }
    if (typeof verdict === 'string') return { ...about, outcome: verdict }
    const mine = await digestsOf(from, source.path, { [verdict.digest]: '' }, reading)
    return { ...about, outcome: compareDigests(mine?.digests, found.digests) }
  }

  async function find(store: Store, path: string): Promise<Entry | undefined> {
    return await watchedPersistently(watchdog, signal, async (own) => await store.find(path, { signal: own.signal }))
  }

  /** Of a name that it cannot hold, the destination has nothing: the others are compared all the same. */
  async function findTarget(target: string): Promise<Entry | undefined> {
    try {
      return await find(to, target)
    } catch (error) {
      if (isGantryError(error) && error.code === 'invalid') return undefined
      throw error
    }
  }

  /** Other tools copy names as they are, not in NFC: one that the destination has as it is, is compared with that. */
  async function asNamed(entries: readonly PlannedEntry[]): Promise<readonly PlannedEntry[]> {
    if (layout.keepsPrefix !== true) return entries
    const look = async (entry: PlannedEntry) => {
      const { source, target } = entry
      if (target === '' || target === source.path) return entry
      return (await findTarget(source.path)) === undefined ? entry : { ...entry, target: source.path }
    }
    const looked: PlannedEntry[] = []
    for await (const entry of orderedMap(each(entries), concurrency, look)) looked.push(entry)
    return looked
  }

  async function compareBytes(path: string, target: string): Promise<ComparedEntry['outcome']> {
    const [mine, theirs] = await Promise.all([digestsOf(from, path, {}, reading), digestsOf(to, target, {}, reading)])
    // Gone since it was listed, or damaged where it is kept.
    if (theirs === undefined) return 'different'
    return compareDigests(mine?.digests, theirs.digests)
  }

  // What the destination has is asked for entry by entry: `overwrite` keeps the plan from listing it.
  const spec = createJobSpec({ from: from.url, to: to.url, selection, existing: 'overwrite' })
  const journal = scratchJournal(spec)
  try {
    const job = { journal, layout, identify, entries: undefined, transforms: [], placed: asNamed, added: onListed }
    await plan({ ...job, from, to, signal, watchdog })
    yield* orderedMap(journal.planned(), concurrency, check)
  } catch (error) {
    if (!signal.aborted || isGantryError(error)) throw error
    throw new GantryError('cancelled', 'Stopped on request.', { cause: error })
  } finally {
    await journal.close()
  }
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item, void, undefined> {
  yield* items
}
