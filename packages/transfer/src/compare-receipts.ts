import { compareDigests, type Hashing, type Store } from '@gantry/core'

import type { ComparedEntry } from './compare-stores.ts'
import { digestsOf, readDigests } from './digests-of.ts'
import type { Journal } from './journal/journal.ts'
import { nodeHashing } from './platform/hashing.ts'
import { Watchdog } from './runner/watchdog.ts'
import { orderedMap } from '@gantry/core/side-by-side'

export interface CompareReceiptsOptions {
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  readonly hashing?: Hashing | undefined
  /** Entries read at a time; default: 8. */
  readonly concurrency?: number | undefined
  readonly signal?: AbortSignal | undefined
}

type Compare = () => Promise<ComparedEntry>

/**
 * Reads back all that a job has stored and compares it with its receipts, which needs no source. What it found to be
 * there already, or found there after a crash, has no digest in its record and is compared with the source. What is the
 * same is recorded as verified; nothing else is written anywhere.
 */
export async function* compareReceipts(
  options: CompareReceiptsOptions,
): AsyncGenerator<ComparedEntry, void, undefined> {
  yield* orderedMap(comparisons(options), options.concurrency ?? 8, async (compare) => await compare())
}

async function* comparisons(options: CompareReceiptsOptions): AsyncGenerator<Compare, void, undefined> {
  const { from, to, journal, hashing = nodeHashing, signal = new AbortController().signal } = options
  const reading = { hashing, signal, watchdog: new Watchdog() }

  /** A source that is gone proves nothing. */
  async function withSource(about: Omit<ComparedEntry, 'outcome'>): Promise<ComparedEntry> {
    const [mine, theirs] = await Promise.all([
      digestsOf(from, about.path, {}, reading),
      readDigests(to, about.target, {}, reading),
    ])
    if (typeof theirs === 'string') return { ...about, outcome: withoutBytes(theirs) }
    return { ...about, outcome: compareDigests(mine?.digests, theirs.digests) }
  }

  for await (const { id, path, target, bytes, digests } of journal.receipts()) {
    const about = { path, target, bytes }
    yield async () => {
      const found = await readDigests(to, target, digests, reading)
      if (typeof found === 'string') return { ...about, outcome: withoutBytes(found) }
      const outcome = compareDigests(found.digests, digests)
      if (outcome === 'unknown') return await withSource(about)
      if (outcome === 'same') await journal.record({ type: 'checked', id, verified: true })
      return { ...about, outcome }
    }
  }
  for await (const { source, target } of journal.same()) {
    yield async () => await withSource({ path: source.path, target, bytes: source.size ?? 0 })
  }
}

/** What the store itself says is damaged is equal to nothing. */
function withoutBytes(found: 'missing' | 'damaged'): 'missing' | 'different' {
  return found === 'missing' ? 'missing' : 'different'
}
