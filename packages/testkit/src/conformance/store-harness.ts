import type { StoreDriver } from '@gantry/core/driver'

/** A store to be tried, and what else the suite may need of it. All but the driver is optional. */
export interface StoreHarness {
  /** Over a place that is there, and empty. */
  readonly driver: StoreDriver
  /** The store keeps what it holds in this very process: then what it gathers in memory cannot be told. */
  readonly inMemory?: boolean
  /** Another driver over the same place, as another process would open it: for crashes and races. */
  readonly reopen?: () => Promise<StoreDriver>
  /** A driver over a place that is not there, e.g. a missing bucket: `not_found`. */
  readonly openMissing?: () => Promise<StoreDriver>
  /** A driver whose credentials are valid, and allow nothing: `permission_denied`. */
  readonly openDenied?: () => Promise<StoreDriver>
  /** A driver without valid credentials: `unauthenticated`. */
  readonly openUnauthenticated?: () => Promise<StoreDriver>
  /** Removes the place and all in it. */
  readonly close?: () => Promise<void>
}

export type HarnessHook = 'reopen' | 'openMissing' | 'openDenied' | 'openUnauthenticated'

/** Opens a fresh, empty store; a driver alone is a harness without hooks. */
export type OpenHarness = () => Promise<StoreDriver | StoreHarness>

export async function openHarness(open: OpenHarness): Promise<StoreHarness> {
  const opened = await open()
  return 'driver' in opened ? opened : { driver: opened }
}
