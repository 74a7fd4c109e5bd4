import { isGantryError, type Layout, type Store } from '@gantry/core'
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

interface Opened {
  readonly prepared: Promise<Prepared>
  users: number
}

/** What a run needs, until it is released. */
export interface HeldRun {
  readonly prepared: Prepared
  readonly release: () => void
}

/** Opens the stores of each run once for all who work for it at a time, and keeps a few open of those that may go on. */
export class PreparedRuns {
  readonly #prepare: Prepare
  readonly #onUnexpected: ((error: unknown) => void) | undefined
  /** The one that was used last stands last. */
  readonly #runs = new Map<string, Opened>()
  readonly #closing = new Set<Promise<void>>()
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
    const opened = this.#runs.get(run.id) ?? { prepared: this.#begin(run), users: 0 }
    this.#runs.delete(run.id)
    this.#runs.set(run.id, opened)
    // Counted before it is open: nobody else's release closes it meanwhile.
    opened.users += 1
    let released = false
    const release = () => {
      if (released) return
      released = true
      opened.users -= 1
      this.#closeIdle()
    }
    try {
      return { prepared: await opened.prepared, release }
    } catch (error) {
      // What could not be opened is tried again; unless somebody does so already.
      if (this.#runs.get(run.id) === opened) this.#runs.delete(run.id)
      throw error
    }
  }

  /** Nothing of it is tried for a while. */
  refuse(run: FleetRun, why: NotOpened): NotOpened {
    this.#refused.set(run.id, { why, at: performance.now() })
    return why
  }

  async close(): Promise<void> {
    for (const opened of this.#runs.values()) this.#close(opened)
    this.#runs.clear()
    await Promise.all(this.#closing)
  }

  async #begin(run: FleetRun): Promise<Prepared> {
    try {
      return await this.#prepare(run)
    } catch (error) {
      if (!isGantryError(error)) this.#onUnexpected?.(error)
      throw this.refuse(run, NotOpened.by(error))
    }
  }

  #closeIdle(): void {
    const idle = [...this.#runs].filter(([, { users }]) => users === 0)
    for (const [id, opened] of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
      this.#runs.delete(id)
      this.#close(opened)
    }
  }

  #close(opened: Opened): void {
    const closing: Promise<void> = closeOpened(opened).finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }
}

async function closeOpened({ prepared }: Opened): Promise<void> {
  const [opened] = await Promise.allSettled([prepared])
  if (opened.status === 'rejected') return
  await Promise.allSettled([opened.value.from.close(), opened.value.to.close()])
}
