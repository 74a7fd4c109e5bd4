import type { Layout, Store } from '@gantry/core'
import type { Identify, Transform } from '@gantry/transfer'

import type { FleetRun } from '../ledger/records.ts'

/** What a run needs of the process that works for it: its stores are opened by the worker's own configuration. */
export interface Prepared {
  readonly from: Store
  readonly to: Store
  /** Default: the destination's own, else that paths stay as they are. */
  readonly layout?: Layout
  readonly identify?: Identify
  /** All that the run's spec names. */
  readonly transforms?: readonly Transform[]
}

export type Prepare = (run: FleetRun) => Promise<Prepared>

/** Opens the stores of each run once, and closes them all at the end. */
export class PreparedRuns {
  readonly #prepare: Prepare
  readonly #runs = new Map<string, Promise<Prepared>>()

  constructor(prepare: Prepare) {
    this.#prepare = prepare
  }

  async of(run: FleetRun): Promise<Prepared> {
    const known = this.#runs.get(run.id)
    if (known !== undefined) return await known
    const made = this.#prepare(run)
    this.#runs.set(run.id, made)
    try {
      return await made
    } catch (error) {
      this.#runs.delete(run.id)
      throw error
    }
  }

  async close(): Promise<void> {
    for (const prepared of await Promise.allSettled(this.#runs.values())) {
      if (prepared.status === 'rejected') continue
      await Promise.allSettled([prepared.value.from.close(), prepared.value.to.close()])
    }
  }
}
