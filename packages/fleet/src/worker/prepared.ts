import type { Layout, Store } from '@gantry/core'
import type { Identify, Transform } from '@gantry/transfer'

import type { FleetRun } from '../ledger/records.ts'
import { NotOpened } from './not-opened.ts'

/**
 * What a run needs of the process that works for it: its stores are opened by the worker's own configuration. Where one cannot be,
 * the error's `store` is told to the log, and so must be no more than the name of a remote, or a scheme.
 */
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

/** Milliseconds before something is tried to be opened again. */
const tryAgainAfter = 10_000

/** Opens the stores of each run once, and closes them all at the end. */
export class PreparedRuns {
  readonly #prepare: Prepare
  readonly #runs = new Map<string, Promise<Prepared>>()
  /** Runs that could not be opened, of late. */
  readonly #refused = new Map<string, { readonly why: NotOpened; readonly at: number }>()

  constructor(prepare: Prepare) {
    this.#prepare = prepare
  }

  /** `NotOpened` where that cannot be done here. */
  async of(run: FleetRun): Promise<Prepared> {
    const refused = this.#refused.get(run.id)
    if (refused !== undefined && performance.now() - refused.at < tryAgainAfter) throw refused.why
    this.#refused.delete(run.id)
    const known = this.#runs.get(run.id)
    if (known !== undefined) return await known
    const made = this.#prepare(run).catch((error: unknown) => {
      throw this.refuse(run, NotOpened.by(error))
    })
    this.#runs.set(run.id, made)
    try {
      return await made
    } catch (error) {
      this.#runs.delete(run.id)
      throw error
    }
  }

  /** Nothing of it is tried for a while. */
  refuse(run: FleetRun, why: NotOpened): NotOpened {
    this.#refused.set(run.id, { why, at: performance.now() })
    return why
  }

  async close(): Promise<void> {
    for (const prepared of await Promise.allSettled(this.#runs.values())) {
      if (prepared.status === 'rejected') continue
      await Promise.allSettled([prepared.value.from.close(), prepared.value.to.close()])
    }
  }
}
