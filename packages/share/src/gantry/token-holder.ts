import { type AccessTokens, GantryError } from '@gantry/core'

import { claimsOf } from './token-claims.ts'

/** Servers refuse headers that are longer than a few of these. */
const longest = 16 * 1024

/** Access tokens that are handed in one by one, before those that are fetched. */
export class TokenHolder implements AccessTokens {
  readonly #fetched: AccessTokens | undefined
  readonly #now: () => number
  #set: { readonly token: string; readonly expires: number } | undefined

  constructor(fetched: AccessTokens | undefined, now: () => number) {
    this.#fetched = fetched
    this.#now = now
  }

  set(token: string): void {
    // Callers without a compiler hand in anything.
    if (typeof token !== 'string' || token === '' || token.length > longest || /[^\x21-\x7e]/u.test(token)) {
      throw new GantryError(
        'invalid',
        'This is no access token: it is no text, too long, or has characters that no header can have.',
      )
    }
    this.#set = { token, expires: claimsOf(token).expires ?? Number.POSITIVE_INFINITY }
  }

  /** Whether there is one that has not expired. */
  get has(): boolean {
    return this.#fetched !== undefined || (this.#set !== undefined && this.#now() < this.#set.expires)
  }

  async get(signal?: Parameters<AccessTokens['get']>[0]): Promise<string> {
    if (this.#set !== undefined && this.#now() < this.#set.expires) return this.#set.token
    if (this.#fetched !== undefined) return await this.#fetched.get(signal)
    throw new GantryError('unauthenticated', 'There is no access token that is still valid: set a new one.')
  }

  refuse(token: string): void {
    if (this.#set?.token === token) this.#set = undefined
    this.#fetched?.refuse(token)
  }
}
