import {
  compareDigests,
  compareExisting,
  compileSelection,
  type Digests,
  type Entry,
  type Hashing,
  type Layout,
  keepLayout,
  needsHeader,
  type Selection,
  type Store,
} from '@gantry/core'

import type { Identify } from './job.ts'
import { orderedMap } from './ordered-map.ts'
import { nodeHashing } from './platform/hashing.ts'
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
  readonly target: string
  readonly bytes: number
  /** `unknown`: equal size, and nothing that proves more. */
  readonly outcome: 'same' | 'different' | 'missing' | 'unknown'
}

/** Compares every selected entry of one store with its place in another; in the order of the source's listing. */
export async function* compareStores(options: CompareOptions): AsyncGenerator<ComparedEntry, void, undefined> {
  const { from, to, selection = {}, layout = keepLayout, identify, concurrency = 8, deep = false } = options
  const { hashing = nodeHashing, signal = new AbortController().signal } = options
  const matches = compileSelection(selection, { headers: true })
  const wantsHeader = needsHeader(selection) || layout.needsHeader === true

  async function check(listed: Entry): Promise<ComparedEntry | undefined> {
    const identified = wantsHeader && identify !== undefined ? await identify(from, listed, { signal }) : undefined
    const source = { ...listed, ...identified }
    if (!matches(source)) return undefined
    const target = layout(source)
    const about = { path: source.path, target, bytes: source.size }
    const found = await to.find(target, { signal })
    if (found === undefined) return { ...about, outcome: 'missing' }
    if (found.size !== source.size) return { ...about, outcome: 'different' }
    if (deep) return { ...about, outcome: await compareBytes(source.path, target, { sha256: '' }) }
    const verdict = compareExisting(source, found, { comparable: false })
    if (typeof verdict === 'string') return { ...about, outcome: verdict }
    const mine = await digestsOf(from, source.path, { [verdict.digest]: '' }, { hashing, signal })
    return { ...about, outcome: compareDigests(mine?.digests, found.digests) }
  }

  async function compareBytes(path: string, target: string, like: Digests): Promise<ComparedEntry['outcome']> {
    const read = (store: Store, name: string) => digestsOf(store, name, like, { hashing, signal })
    const [mine, theirs] = await Promise.all([read(from, path), read(to, target)])
    return theirs === undefined ? 'missing' : compareDigests(mine?.digests, theirs.digests)
  }

  for await (const compared of orderedMap(from.list(selection, { signal }), concurrency, check)) {
    if (compared !== undefined) yield compared
  }
}
