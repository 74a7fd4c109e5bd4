import {
  compareDigests,
  compareExisting,
  compareSizes,
  compileSelection,
  type Entry,
  type Hashing,
  type Layout,
  needsAttributes,
  needsHeader,
  type Selection,
  type Store,
} from '@gantry/core'

import type { Identify } from './job.ts'
import { layoutOf } from './layout-of.ts'
import { orderedMap } from './ordered-map.ts'
import { placeOf } from './place-of.ts'
import { nodeHashing } from './platform/hashing.ts'
import { persistently } from './runner/persistently.ts'
import { Watchdog } from './runner/watchdog.ts'
import { digestsOf } from './verifier.ts'

export interface CompareOptions {
  readonly from: Store
  readonly to: Store
  readonly selection?: Selection
  readonly layout?: Layout
  readonly identify?: Identify
  /** Reads both sides; else what the stores tell is compared, where that proves anything. */
  readonly deep?: boolean
  readonly hashing?: Hashing
  readonly concurrency?: number
  readonly signal?: AbortSignal
}

/** One entry of the source, and what the destination has of it. */
export interface ComparedEntry {
  readonly path: string
  /** Empty where the layout has no place for it. */
  readonly target: string
  readonly bytes: number
  /** `unknown`: equal size, and nothing that proves more. */
  readonly outcome: 'same' | 'different' | 'missing' | 'unknown'
}

/**
 * Compares every selected entry of one store with its place in another; in the order of the source's listing. What has
 * no place there is `missing`.
 */
export async function* compareStores(options: CompareOptions): AsyncGenerator<ComparedEntry, void, undefined> {
  const { from, to, selection = {}, identify, concurrency = 8, deep = false } = options
  const { hashing = nodeHashing, signal = new AbortController().signal } = options
  const layout = options.layout ?? layoutOf(undefined, to)
  const watchdog = new Watchdog()
  const reading = { hashing, signal, watchdog }
  const matches = compileSelection(selection, { headers: true })
  const wantsAttributes = needsAttributes(selection) || layout.needsHeader === true
  const wantsImage = needsHeader(selection) || layout.needsImage === true
  const wantsHeader = (listed: Entry) =>
    (wantsAttributes && listed.attributes === undefined) ||
    ((wantsAttributes || wantsImage) && listed.image === undefined)
  const refused: string[] = []

  async function check(listed: Entry): Promise<ComparedEntry | undefined> {
    const identified =
      wantsHeader(listed) && identify !== undefined
        ? await persistently(watchdog, signal, async (own) => await identify(from, listed, { signal: own.signal }))
        : undefined
    const source = { ...listed, ...identified }
    if (!matches(source)) return undefined
    const target = placeOf(layout, source)
    const found = target === '' ? undefined : await find(to, target)
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
    return await persistently(watchdog, signal, async (own) => await store.find(path, { signal: own.signal }))
  }

  async function compareBytes(path: string, target: string): Promise<ComparedEntry['outcome']> {
    const [mine, theirs] = await Promise.all([digestsOf(from, path, {}, reading), digestsOf(to, target, {}, reading)])
    // Gone since it was listed, or damaged where it is kept.
    if (theirs === undefined) return 'different'
    return compareDigests(mine?.digests, theirs.digests)
  }

  const entries = from.list(selection, { signal, onRefused: (name) => refused.push(name) })
  for await (const compared of orderedMap(entries, concurrency, check)) {
    if (compared !== undefined) yield compared
  }
  for (const path of refused) if (matches({ path, size: 0 })) yield { path, target: '', bytes: 0, outcome: 'missing' }
}
