import { type Call, SharedHandles, type StoreDriver, throwIfCancelled, toCall } from '@gantry/core/driver'

import type { Session } from '../auth/session.ts'
import { askCredentials, type DataAction, type TemporaryCredentials } from './credentials.ts'

/** Opens what is below a prefix of a bucket, with keys that are asked for again before they lapse: an S3 store. */
export type OpenData = (place: {
  readonly bucket: string
  readonly prefix: string
  readonly credentials: () => Promise<TemporaryCredentials>
}) => StoreDriver

/** A driver that somebody uses, until it is released. */
export interface HeldData {
  readonly driver: StoreDriver
  readonly release: () => void
}

/** Stores that nobody uses are kept open up to so many. */
const mostIdle = 16

/** One store for each prefix and action, as the keys are given. */
export class DataStores {
  readonly #session: Session
  readonly #open: OpenData
  readonly #now: () => number
  readonly #drivers = new SharedHandles<StoreDriver>(async (driver) => await driver.close?.(), mostIdle)

  constructor(session: Session, open: OpenData, now: () => number) {
    this.#session = session
    this.#open = open
    this.#now = now
  }

  async use<Value>(
    prefix: string,
    action: DataAction,
    call: Call,
    work: (driver: StoreDriver) => Promise<Value>,
  ): Promise<Value> {
    const { driver, release } = await this.hold(prefix, action, call)
    try {
      return await work(driver)
    } finally {
      release()
    }
  }

  /** Opens one that somebody is about to use. */
  async ready(prefix: string, action: DataAction, call: Call): Promise<void> {
    await this.use(prefix, action, call, async () => {})
  }

  async hold(prefix: string, action: DataAction, call: Call): Promise<HeldData> {
    const { value: driver, release } = await this.#drivers.hold(
      `${action} ${prefix}`,
      async () => await this.#begin(prefix, action),
    )
    if (call.signal.aborted) release()
    throwIfCancelled(call)
    return { driver, release }
  }

  async close(): Promise<void> {
    await this.#drivers.close()
  }

  async #begin(prefix: string, action: DataAction): Promise<StoreDriver> {
    const ask = async () => await askCredentials(this.#session, prefix, action, this.#now(), toCall())
    const { bucket, ...first } = await ask()
    let given: TemporaryCredentials | undefined = first
    const credentials = async () => {
      const { bucket: _bucket, ...next } = given === undefined ? await ask() : { ...given, bucket }
      given = undefined
      return next
    }
    return this.#open({ bucket, prefix, credentials })
  }
}
