import { GantryError, isGantryError } from '@gantry/core/driver'

/** Keys, as the AWS SDK names them. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** When temporary ones stop working. */
  readonly expiration?: Date | undefined
}

/** Gets credentials; asked again before they expire, and with `forceRefresh` when the service refused them early. */
export type CredentialsProvider = (options?: { readonly forceRefresh?: boolean }) => Promise<Credentials>

/** Temporary credentials are replaced when they have less than this to live. */
const margin = 5 * 60_000

/**
 * Keeps credentials fresh, with one refresh in flight for any number of callers. A refresh that fails does no harm as
 * long as the old ones live.
 */
export class CredentialsCache {
  readonly #provider: CredentialsProvider
  readonly #now: () => number
  #current: Credentials | undefined
  #refresh: Promise<Credentials> | undefined
  #refused = false

  constructor(provider: CredentialsProvider, now: () => number = Date.now) {
    this.#provider = provider
    this.#now = now
  }

  async get(): Promise<Credentials> {
    const current = this.#current
    if (current !== undefined && this.#left(current) > margin) return current
    try {
      return await this.#start()
    } catch (error) {
      if (current !== undefined && this.#left(current) > 0) return current
      // Who knows more of why has said it.
      if (isGantryError(error)) throw error
      throw new GantryError('unauthenticated', 'No credentials for S3: give them, or log in with the AWS tools.', {
        cause: error,
      })
    }
  }

  /** Forgets credentials that the service has refused; `false` when asking again would give the same. */
  refuse(credentials: Credentials): boolean {
    if (this.#current === credentials) {
      this.#current = undefined
      this.#refused = true
    }
    return credentials.sessionToken !== undefined || credentials.expiration !== undefined
  }

  #left(credentials: Credentials): number {
    return credentials.expiration === undefined ? Infinity : credentials.expiration.getTime() - this.#now()
  }

  #start(): Promise<Credentials> {
    this.#refresh ??= this.#provider({ forceRefresh: this.#refused })
      .then((fresh) => {
        this.#current = fresh
        this.#refused = false
        return fresh
      })
      .finally(() => {
        this.#refresh = undefined
      })
    return this.#refresh
  }
}
