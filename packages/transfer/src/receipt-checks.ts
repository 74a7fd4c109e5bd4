import { compareDigests, type Entry, type Store } from '@gantry/core'

import type { ComparedEntry } from './compare-stores.ts'
import { readDigests, type ReadingOptions } from './digests-of.ts'
import type { Journal, SkippedEntry } from './journal/journal.ts'
import { type Transform, transformed } from './transform.ts'

export interface ReceiptChecksOptions extends ReadingOptions {
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  /** What the source's bytes pass on their way. */
  readonly transforms: readonly Transform[]
  /** What was left whatever it is, is compared, too. */
  readonly kept: boolean
}

/** What the destination has of an entry of a job. */
export interface CheckedEntry extends ComparedEntry {
  readonly id: number
  /** Of the source. */
  readonly size: number
  /** What the job did: sent it, took what was there for the same, or left what was there. */
  readonly by: 'sent' | 'same' | 'kept'
  /** Of what was sent: it was compared with the destination's own word. */
  readonly verified: boolean
}

/**
 * Checks of all that a job has done, each to be begun by who asks for it: what is read back of an entry is compared with
 * its receipt, and where that has no digest, with the source. So is what was there before.
 */
export async function* receiptChecks(
  options: ReceiptChecksOptions,
): AsyncGenerator<() => Promise<CheckedEntry>, void, undefined> {
  const { from, to, journal, transforms, kept, hashing, signal, watchdog } = options
  // What is told of is read back.
  const ofSource = { hashing, signal, watchdog }

  for await (const { id, path, target, bytes, size, digests, verified } of journal.receipts()) {
    const about = { id, path, target, bytes, size, by: 'sent', verified } as const
    yield async () => {
      const found = await readDigests(to, target, digests, options)
      if (typeof found === 'string') return { ...about, outcome: withoutBytes(found) }
      if ((found.size ?? bytes) !== bytes) return { ...about, outcome: 'different' }
      const outcome = compareDigests(found.digests, digests)
      // A receipt of something that was there before the attempt that it was made for.
      return { ...about, outcome: outcome === 'unknown' ? await compareWithSource({ path }, target) : outcome }
    }
  }
  for await (const entry of journal.same()) yield async () => await checkFound(entry, 'same')
  if (kept) for await (const entry of journal.kept()) yield async () => await checkFound(entry, 'kept')

  async function checkFound({ id, source, target }: SkippedEntry, by: 'same' | 'kept'): Promise<CheckedEntry> {
    const { path, size = 0 } = source
    const outcome = await compareWithSource(source, target)
    return { id, path, target, bytes: size, size, by, verified: true, outcome }
  }

  /** A source that is gone proves nothing. */
  async function compareWithSource(source: Entry, target: string): Promise<ComparedEntry['outcome']> {
    const [mine, theirs] = await Promise.all([
      readDigests(from, source.path, {}, ofSource, (body) => transformed(transforms, source, body, { signal })),
      readDigests(to, target, {}, options),
    ])
    if (typeof theirs === 'string') return withoutBytes(theirs)
    return typeof mine === 'string' ? 'unknown' : compareDigests(mine.digests, theirs.digests)
  }
}

/** What the store itself says is damaged is equal to nothing. */
function withoutBytes(found: 'missing' | 'damaged'): 'missing' | 'different' {
  return found === 'missing' ? 'missing' : 'different'
}
