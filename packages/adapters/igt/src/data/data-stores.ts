import { type Call, type StoreDriver, throwIfCancelled, toCall } from '@gantry/core/driver'

import type { Session } from '../auth/session.ts'
import { askCredentials, type DataAction, type TemporaryCredentials } from './credentials.ts'

/** Opens what is below a prefix of a bucket, with keys that are asked for again before they lapse: an S3 store. */
export type OpenData = (place: {
  readonly bucket: string
  readonly prefix: string
  readonly credentials: () => Promise<TemporaryCredentials>
}) => StoreDriver

interface Opened {
  readonly driver: Promise<StoreDriver>
  users: number
}

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
  /** The one that was used last stands last. */
  readonly #opened = new Map<string, Opened>()

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
    const key = `${action} ${prefix}`
    const opened = this.#opened.get(key) ?? { driver: this.#begin(prefix, action), users: 0 }
    this.#opened.delete(key)
    this.#opened.set(key, opened)
    opened.users += 1
    let released = false
    const release = () => {
      if (released) return
      released = true
      opened.users -= 1
      this.#closeIdle()
    }
    try {
      const driver = await opened.driver
      throwIfCancelled(call)
      return { driver, release }
    } catch (error) {
      // What could not be opened is asked for again.
      if (this.#opened.get(key) === opened && !call.signal.aborted) this.#opened.delete(key)
      release()
      throw error
    }
  }

  async close(): Promise<void> {
    const all = [...this.#opened.values()]
    this.#opened.clear()
    await Promise.all(all.map(closeOpened))
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

  #closeIdle(): void {
    const idle = [...this.#opened].filter(([, { users }]) => users === 0)
    for (const [key, opened] of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
      this.#opened.delete(key)
      void closeOpened(opened)
    }
  }
}

async function closeOpened({ driver }: Opened): Promise<void> {
  await driver.then(
    async (open) => await open.close?.(),
    () => {},
  )
}
