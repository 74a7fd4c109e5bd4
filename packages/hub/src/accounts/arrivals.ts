import { type Bytes, tap } from '@gantry/core'

import { first, type HubDatabase } from '../database/hub-database.ts'
import { overQuota } from '../refusal.ts'

interface Arrival {
  readonly account: string
  /** Bytes of the account that go when these have come. */
  readonly replaced: number
  /** `Content-Length`, where there is one. */
  readonly size: number | undefined
}

/**
 * Bodies on their way to the keeper. What counts is counted when they are there; but without a look before that, an
 * account with a small quota could fill the disk meanwhile.
 */
export class Arrivals {
  readonly #database: HubDatabase
  /** Bytes under way, by account. */
  readonly #underWay = new Map<string, number>()

  constructor(database: HubDatabase) {
    this.#database = database
  }

  /** Hands on the body, which ends with a refusal as soon as it is more than its account has room for. */
  async bounded<Result>(
    { account, replaced, size = 0 }: Arrival,
    body: Bytes,
    work: (body: Bytes) => Promise<Result>,
  ): Promise<Result> {
    const row = await first(
      this.#database.all<{ used: number; quota: number | null }>(
        'SELECT used, quota FROM accounts WHERE name = ?',
        account,
      ),
    )
    if (row === undefined || row.quota === null) return await work(body)
    const room = row.quota - row.used + replaced
    if (size > room) throw overQuota()
    // Twice: bodies that replace others may be under way at once with those.
    const most = 2 * row.quota
    let seen = 0
    try {
      return await work(
        tap(body, ({ length }) => {
          seen += length
          const total = (this.#underWay.get(account) ?? 0) + length
          this.#underWay.set(account, total)
          if (seen > room || total > most) throw overQuota()
        }),
      )
    } finally {
      const left = (this.#underWay.get(account) ?? 0) - seen
      if (left > 0) this.#underWay.set(account, left)
      else this.#underWay.delete(account)
    }
  }
}
