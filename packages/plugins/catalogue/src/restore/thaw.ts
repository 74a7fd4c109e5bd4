import type { Store, ThawSpeed } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import { sideBySide } from '@gantry/core/side-by-side'

import type { CatalogueReceipt } from '../records/receipt.ts'

export interface ThawOptions {
  readonly store: Store
  readonly receipts: AsyncIterable<CatalogueReceipt>
  /** For how long the readable copies are to stay. */
  readonly days: number
  readonly speed?: ThawSpeed | undefined
  readonly signal: AbortSignal
}

export interface Thawed {
  readonly ready: number
  readonly waiting: number
}

/**
 * Asks a storage to make readable what is frozen, and says how much of it is ready. Asked again, nothing is asked of the
 * storage twice; that is how one waits.
 */
export async function thawAll(options: ThawOptions): Promise<Thawed> {
  checkGiven(options, 'thawAll', { store: 'store', receipts: 'object', days: 'number', signal: 'object' })
  const { store, receipts, days, speed, signal } = options
  let ready = 0
  let waiting = 0
  await sideBySide(
    receipts,
    16,
    async ({ path }) => {
      const thaw = await store.thaw(path, { days, signal, ...(speed !== undefined && { speed }) })
      if (thaw.ready) ready += 1
      else waiting += 1
    },
    { signal },
  )
  return { ready, waiting }
}

/** Whether a store has tiers that must be thawed at all. */
export function canFreeze({ abilities }: Store): boolean {
  return (abilities.tier?.frozen ?? []).length > 0
}
