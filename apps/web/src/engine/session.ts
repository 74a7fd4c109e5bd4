import { type AccessTokens, createAccessTokens, GantryError } from '@gantry/core'
import { hubKeyFileSchema } from '@gantry/core/hub'
import { hubTokens } from '@gantry/hub-store'
import * as z from 'zod'

import { accountMark } from './account-mark.ts'
import type { Credential } from './model.ts'

const grantedSchema = z.object({ access_token: z.string(), expires_in: z.number().positive() })

export interface GoogleSession {
  readonly tokens: AccessTokens
  readonly baseUrl: string
  readonly projectsUrl: string
}

/** Who is signed in. Keys and tokens stay in the worker's memory, and are gone with the page. */
export class Session {
  #tokens: AccessTokens | undefined
  #account: string | undefined

  /** With Google, whose tokens the page keeps fresh. */
  google: GoogleSession | undefined

  /** The mark of whoever is signed in. */
  get account(): string | undefined {
    return this.#account
  }

  /** For whoever needs a token: that of whoever is signed in at the moment. */
  readonly tokens: AccessTokens = {
    get: async (signal) => {
      if (this.#tokens === undefined) throw new GantryError('unauthenticated', 'Sign in first.')
      return await this.#tokens.get(signal)
    },
    refuse: (token) => this.#tokens?.refuse(token),
  }

  /** Tries what is given before it is taken; answers the mark of whose it is. */
  async signIn(hub: string, given: Credential): Promise<string> {
    const tokens = tokensOf(hub, given)
    const token = await tokens.get()
    // Keys and sessions were asked for by the hub itself just now.
    if (given.kind === 'token') await proveToken(hub, token)
    const account = await accountMark(hub, token)
    this.#account = account
    this.#tokens = tokens
    return account
  }

  signOut(): void {
    this.#tokens = undefined
    this.#account = undefined
  }
}

function tokensOf(hub: string, given: Credential): AccessTokens {
  if (given.kind === 'session') return sessionTokens(given.url)
  if (given.kind === 'key') {
    const key = parseKey(given.text)
    if (key.hub !== hub) throw new GantryError('invalid', `The key is for another hub: ${new URL(key.hub).host}.`)
    return hubTokens({ key })
  }
  const { token } = given
  // Nobody here can make another one.
  return { get: async () => token, refuse: () => {} }
}

/** Asks the hub for something of the account's: what it may not do is no matter, whom it does not know is. */
async function proveToken(hub: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  const asked = { headers, cache: 'no-store', signal: AbortSignal.timeout(30_000) } as const
  const response = await fetch(`${hub}/v1/shares?limit=1`, asked).catch((cause: unknown) => {
    throw new GantryError('unavailable', 'The hub cannot be reached.', { cause })
  })
  await response.body?.cancel()
  if (response.status === 401)
    throw new GantryError('unauthenticated', 'The hub does not know the token.', { cause: { reason: 'no_token' } })
  const isAnswered = response.ok && /\bjson\b/u.test(response.headers.get('content-type') ?? '')
  if (isAnswered || response.status === 403) return
  const reason = response.status >= 500 ? 'server_fault' : 'foreign_answer'
  throw new GantryError('unavailable', 'The answer is not one of a hub.', { cause: { reason } })
}

function parseKey(text: string) {
  try {
    return hubKeyFileSchema.parse(JSON.parse(text))
  } catch {
    throw new GantryError('invalid', 'That is no key file of a hub account.')
  }
}

/** Of a hub that hands tokens to its own page: one that was started for this machine alone. */
function sessionTokens(url: string): AccessTokens {
  return createAccessTokens({
    now: Date.now,
    limit: () => AbortSignal.timeout(30_000),
    fetch: async ({ signal }) => {
      const response = await fetch(url, { method: 'POST', headers: { 'Gantry-Session': '1' }, signal }).catch(
        (cause: unknown) => {
          throw new GantryError('unavailable', 'The hub cannot be reached.', { cause })
        },
      )
      const granted = grantedSchema.safeParse(await response.json().catch(() => undefined))
      if (!response.ok || !granted.success) throw new GantryError('unauthenticated', 'The hub opened no session.')
      const { access_token: token, expires_in: seconds } = granted.data
      return { token, expires: Date.now() + seconds * 1000 }
    },
  })
}
