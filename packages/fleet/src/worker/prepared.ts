import { isGantryError, type Layout, type Store } from '@gantry/core'
import { SharedHandles } from '@gantry/core/driver'
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
/** Runs that nobody works for are kept open up to so many. */
const mostIdle = 8

/** What a run needs, until it is released. */
export interface HeldRun {
  readonly prepared: Prepared
  readonly release: () => void
}

/** Opens the stores of each run once for all who work for it at a time, and keeps a few open of those that may go on. */
export class PreparedRuns {
  readonly #prepare: Prepare
  readonly #onUnexpected: ((error: unknown) => void) | undefined
  readonly #runs = new SharedHandles<Prepared>(closeStores, mostIdle)
  /** Runs that could not be opened, of late. */
  readonly #refused = new Map<string, { readonly why: NotOpened; readonly at: number }>()

  constructor(prepare: Prepare, onUnexpected?: (error: unknown) => void) {
    this.#prepare = prepare
    this.#onUnexpected = onUnexpected
  }

  /** `NotOpened` where that cannot be done here. */
  async hold(run: FleetRun): Promise<HeldRun> {
    const refused = this.#refused.get(run.id)
    if (refused !== undefined && performance.now() - refused.at < tryAgainAfter) throw refused.why
    this.#refused.delete(run.id)
    const { value, release } = await this.#runs.hold(run.id, async () => await this.#begin(run))
    return { prepared: value, release }
  }

  /** Nothing of it is tried for a while. */
  refuse(run: FleetRun, why: NotOpened): NotOpened {
    this.#refused.set(run.id, { why, at: performance.now() })
    return why
  }

  async close(): Promise<void> {
    await this.#runs.close()
  }

  async #begin(run: FleetRun): Promise<Prepared> {
    try {
      return await this.#prepare(run)
    } catch (error) {
      if (!isGantryError(error)) this.#onUnexpected?.(error)
      throw this.refuse(run, NotOpened.by(error))
    }
  }
}

async function closeStores({ from, to }: Prepared): Promise<void> {
  await Promise.allSettled([from.close(), to.close()])
}
