import type { Hashing, Store } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import { orderedMap } from '@gantry/core/side-by-side'

import type { ComparedEntry } from './compare-stores.ts'
import type { Journal } from './journal/journal.ts'
import { nodeHashing } from './platform/hashing.ts'
import { receiptChecks } from './receipt-checks.ts'
import { Watchdog } from './runner/watchdog.ts'

export interface CompareReceiptsOptions {
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  readonly hashing?: Hashing | undefined
  /** Entries read at a time; default: 8. */
  readonly concurrency?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads back all that a job has stored and compares it with its receipts, which needs no source. What it found to be
 * there already, or found there after a crash, has no digest in its record and is compared with the source. What is the
 * same is recorded as verified; nothing else is written anywhere.
 */
export async function* compareReceipts(
  options: CompareReceiptsOptions,
): AsyncGenerator<ComparedEntry, void, undefined> {
  checkGiven(options, 'compareReceipts', { from: 'store', to: 'store', journal: 'object' })
  const { from, to, journal, hashing = nodeHashing, concurrency = 8 } = options
  const { signal = new AbortController().signal } = options
  const reading = { hashing, signal, watchdog: new Watchdog() }
  const checks = receiptChecks({ from, to, journal, ...reading, transforms: [], kept: false })
  yield* orderedMap(checks, concurrency, async (check) => {
    const { id, path, target, bytes, by, outcome } = await check()
    if (by === 'sent' && outcome === 'same') await journal.record({ type: 'checked', id, verified: true })
    return { path, target, bytes, outcome }
  })
}
