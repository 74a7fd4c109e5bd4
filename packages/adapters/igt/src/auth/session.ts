import {
  type AccessTokens,
  type Call,
  createAccessTokens,
  type FetchToken,
  GantryError,
  isGantryError,
  toCall,
  withAccessToken,
} from '@gantry/core/driver'

import type { ApiClient } from '../api/api-client.ts'
import type { AnswerOf, Operation, ParametersOf } from '../api/operation.ts'
import { operations } from '../api/operations.ts'
import { readServiceKey, signAssertion } from './sign-assertion.ts'
import { readTokenCookies } from './token-cookies.ts'
import { claimsOf, type IgtTokens } from './tokens.ts'

/** Who logs in, and how. */
export type IgtLogin =
  | { readonly username: string; readonly password: string }
  | { readonly serviceId: string; readonly privateKey: string }
  /** Tokens of a session that somebody else began, keeps fresh and ends; asked for again when they lapse. */
  | { readonly tokens: () => Promise<IgtTokens> }

/** Milliseconds before its end at which a token is replaced; as the service's own client does. */
const margin = 180_000

/** A session: logs in when it is first needed, replaces its token in time, and ends what it began. */
export class Session {
  readonly #api: ApiClient
  readonly #login: IgtLogin
  readonly #now: () => number
  readonly #tokens: AccessTokens
  #current: IgtTokens | undefined
  /** The token before, which calls that are on their way still carry. */
  #earlier: IgtTokens | undefined

  constructor(api: ApiClient, login: IgtLogin, now: () => number) {
    this.#api = api
    this.#login = login
    this.#now = now
    const fetch: FetchToken = async (call) => {
      const fresh = await this.#renew(call)
      this.#earlier = this.#current
      this.#current = fresh
      return { token: fresh.jwt, expires: fresh.expires }
    }
    this.#tokens = createAccessTokens({ fetch, now, margin, limit: () => AbortSignal.timeout(120_000) })
  }

  /** Tokens that live for a while yet. */
  async get(call: Call): Promise<IgtTokens> {
    return this.#find(await this.#tokens.get(call.signal))
  }

  /** Asks in the session's name. A token that is refused is replaced once; what is forbidden stays so. */
  async ask<One extends Operation>(one: One, parameters: ParametersOf<One>, call: Call): Promise<AnswerOf<One>> {
    const work = async (jwt: string) => {
      return (await this.#api.ask(one, parameters, headersOf(this.#find(jwt)), call)).value
    }
    return await withAccessToken(this.#tokens, work, call.signal)
  }

  /** Ends a session that was begun here; one whose tokens were handed in is left to whoever began it. */
  async logout(call: Call = toCall()): Promise<void> {
    const current = this.#current
    if (current === undefined || 'tokens' in this.#login) return
    this.#current = undefined
    this.#tokens.refuse(current.jwt)
    await this.#api.ask(operations.logout, {}, { 'x-jwt': current.jwt }, call)
  }

  #find(jwt: string): IgtTokens {
    const found = [this.#current, this.#earlier].find((one) => one?.jwt === jwt)
    if (found === undefined) throw new GantryError('unauthenticated', 'The session has ended: log in again.')
    return found
  }

  async #renew(call: Call): Promise<IgtTokens> {
    if ('tokens' in this.#login) return await this.#login.tokens()
    return (await this.#refresh(call)) ?? (await this.#begin(this.#login, call))
  }

  /** `undefined` where there is nothing to refresh, or the service will not. */
  async #refresh(call: Call): Promise<IgtTokens | undefined> {
    const current = this.#current
    if (current === undefined || typeof claimsOf(current.jwt)['refresh_token'] !== 'string') return undefined
    try {
      const { header } = await this.#api.ask(operations.refresh, {}, headersOf(current), call)
      // The token against forgery of the login stays.
      return { ...current, ...readTokenCookies(header('set-cookie'), this.#now()) }
    } catch (error) {
      if (isGantryError(error) && ['unauthenticated', 'invalid', 'permission_denied'].includes(error.code)) {
        return undefined
      }
      throw error
    }
  }

  async #begin(login: Exclude<IgtLogin, { readonly tokens: unknown }>, call: Call): Promise<IgtTokens> {
    const body = 'password' in login ? passwordBody(login) : await this.#assertionBody(login, call)
    const { value, header } = await this.#api.ask(operations.login, { body }, {}, call).catch((error: unknown) => {
      throw isGantryError(error) && error.code === 'unauthenticated' ? refused(login, error) : error
    })
    if ('serviceId' in login && value.sub !== login.serviceId) {
      throw new GantryError('unauthenticated', 'Another service was logged in than the key is of.')
    }
    return { ...readTokenCookies(header('set-cookie'), this.#now()), csrf: value.CSRFToken, sub: value.sub }
  }

  async #assertionBody(
    { serviceId, privateKey }: { readonly serviceId: string; readonly privateKey: string },
    call: Call,
  ) {
    const key = readServiceKey(privateKey)
    const { value: audience } = await this.#api.ask(operations.audience, {}, {}, call)
    const assertion = signAssertion(key, serviceId, audience, this.#now())
    return { grantType: 'jwt-key', assertion, hospitalOrgId: '' } as const
  }
}

function headersOf({ jwt, csrf }: IgtTokens): Record<string, string> {
  return { 'x-jwt': jwt, 'x-csrf-token': csrf }
}

function passwordBody({ username, password }: { readonly username: string; readonly password: string }) {
  return { grantType: 'password', username, password } as const
}

function refused(login: IgtLogin, cause: GantryError): GantryError {
  const what =
    'password' in login ? 'The user name or the password is wrong.' : 'The service, or its key, is not known.'
  return new GantryError('unauthenticated', what, { cause })
}
