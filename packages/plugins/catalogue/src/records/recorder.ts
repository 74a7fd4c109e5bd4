import { isGantryError } from '@gantry/core'
import type { SqlDatabase, SqlWriter } from '@gantry/sqlite'

import { locationRow, type SessionName, sessionRow } from './place-rows.ts'
import type { ArchiveUnit, NewReceipt } from './receipt.ts'
import { recordReceipts } from './record-receipts.ts'

/** Where receipts belong. */
export interface ReceiptPlace {
  readonly session?: SessionName
  readonly location: string
  readonly unit?: ArchiveUnit
}

/** Recorded in one transaction. */
export const batchSize = 5000
/** Places whose rows are remembered. */
const mostPlaces = 100

/** What else is to be written in the same transaction. */
type And = (sql: SqlWriter) => Promise<void>

interface Waiting {
  readonly receipts: readonly NewReceipt[]
  readonly and: And | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface PlaceRows {
  readonly location: number
  readonly session: number | undefined
}

/**
 * Records receipts. Transactions of one catalogue come one after another, and each costs as many round trips for one receipt
 * as for hundreds: what comes for a place while one is under way goes together in the next.
 */
export class Recorder {
  readonly #database: SqlDatabase
  readonly #clock: () => number
  readonly #waiting = new Map<string, Waiting[]>()
  /** Of places that are committed; no row of them is ever removed. */
  readonly #rows = new Map<string, PlaceRows>()

  constructor(database: SqlDatabase, clock: () => number) {
    this.#database = database
    this.#clock = clock
  }

  async record(place: ReceiptPlace, receipts: readonly NewReceipt[], and?: And): Promise<void> {
    if (place.unit !== undefined) return await this.#commit(place, [{ receipts, and }])
    const key = JSON.stringify([place.location, place.session?.owner, place.session?.name])
    await new Promise<void>((resolve, reject) => {
      const one = { receipts, and, resolve, reject }
      const waiting = this.#waiting.get(key)
      if (waiting !== undefined) {
        waiting.push(one)
        return
      }
      this.#waiting.set(key, [one])
      void this.#drain(place, key)
    })
  }

  async #drain(place: ReceiptPlace, key: string): Promise<void> {
    // What is asked for in the same moment goes together as well.
    await Promise.resolve()
    for (let waiting = this.#waiting.get(key) ?? []; waiting.length > 0;)
      await this.#together(place, key, next(waiting))
    this.#waiting.delete(key)
  }

  async #together(place: ReceiptPlace, key: string, batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#commit(place, batch, key)
      for (const { resolve } of batch) resolve()
    } catch (error) {
      // One that cannot be recorded must not keep the others from it; a database that does not answer keeps all.
      const passes = isGantryError(error) && error.retryable
      if (batch.length > 1 && !passes) for (const one of batch) await this.#together(place, key, [one])
      else for (const { reject } of batch) reject(error)
    }
  }

  async #commit(place: ReceiptPlace, batch: readonly Pick<Waiting, 'receipts' | 'and'>[], key?: string): Promise<void> {
    const { unit } = place
    const receipts = batch.flatMap((one) => one.receipts)
    const known = key === undefined ? undefined : this.#rows.get(key)
    let remote = false
    const rows = await this.#database
      .write(async (sql) => {
        remote = sql.remote === true
        const found = known ?? (await this.#rowsOf(sql, place))
        await recordReceipts(sql, { ...found, ...(unit !== undefined && { unit }) }, receipts)
        for (const { and } of batch) await and?.(sql)
        return found
      })
      .catch((error: unknown) => {
        if (key !== undefined) this.#rows.delete(key)
        throw error
      })
    // Asking for them is cheap where it is no round trip.
    if (key === undefined || !remote) return
    if (this.#rows.size >= mostPlaces) this.#rows.clear()
    this.#rows.set(key, rows)
  }

  async #rowsOf(sql: SqlWriter, { location, session }: ReceiptPlace): Promise<PlaceRows> {
    return {
      location: await locationRow(sql, location),
      session: session === undefined ? undefined : await sessionRow(sql, session, this.#clock()),
    }
  }
}

/** As many as go into one transaction: one at least. */
function next(waiting: Waiting[]): Waiting[] {
  let count = 0
  let receipts = 0
  for (const one of waiting) {
    receipts += one.receipts.length
    if (count > 0 && receipts > batchSize) break
    count += 1
  }
  return waiting.splice(0, count)
}
