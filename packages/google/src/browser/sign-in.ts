import {
  type AccessTokens,
  type CallOptions,
  createAccessTokens,
  GantryError,
  isGantryError,
  type Signal,
  toCall,
} from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'

import { cancelled } from '../oauth/ask.ts'
import { beginAuthorization, finishAuthorization, type PendingAuthorization } from '../oauth/authorization.ts'
import type { Grant } from '../oauth/grant.ts'
import { signInClient, type SignInOptions } from '../oauth/sign-in-client.ts'

/**
 * Shows the provider's page and gives the URL that it came back to, state and all. A silent one must show nothing: a
 * hidden frame. See `browserPrompt`.
 */
export type Prompt = (
  url: string,
  call: { readonly silent: boolean; readonly state: string; readonly signal: Signal },
) => Promise<string>

export interface BrowserSignInOptions extends SignInOptions {
  /** A page of the application's own origin, registered with the client. */
  readonly redirectUri: string
  readonly prompt: Prompt
  /** Told when a token could not be got silently: the person has to be asked, by `signIn` from a click. */
  readonly onSignInNeeded?: (() => void) | undefined
}

/** Who is signed in. Tokens are held in memory alone, and no refresh token is asked for. */
export interface BrowserSignIn {
  /** For stores and discovery: fetched anew, silently, when they expire. `unauthenticated`: the person has to be asked. */
  readonly tokens: AccessTokens
  /** An address, for people; `undefined` while nobody is signed in. */
  readonly account: string | undefined
  /** Asks the person; call it from a click, or the browser keeps the page from opening. */
  signIn(options?: CallOptions): Promise<void>
  /** Takes a grant that `finishRedirect` brought. */
  accept(grant: Grant): void
  /** Forgets all. */
  signOut(): void
}

const longestSilence = 20_000

export function browserSignIn(options: BrowserSignInOptions): BrowserSignIn {
  checkGiven(options, 'browserSignIn', { redirectUri: 'string', prompt: 'function' })
  const { redirectUri, prompt, onSignInNeeded } = options
  const client = signInClient(options)
  let grant: Grant | undefined
  // A new one for each person: what one was given must not serve the next.
  let tokens = freshTokens()

  async function ask(silent: boolean, signal: Signal): Promise<Grant> {
    const account = grant?.account
    const pending = await beginAuthorization(client, {
      redirectUri,
      prompt: silent ? 'none' : 'select_account',
      account: silent ? account : undefined,
    })
    const answered = URL.parse(await prompt(pending.url, { silent, state: pending.state, signal }))
    if (signal.aborted) throw cancelled(signal)
    if (answered === null) throw new GantryError('unauthenticated', 'There was no answer: sign in again.')
    return await finishAuthorization(client, pending, answered, { signal })
  }

  function freshTokens(): AccessTokens {
    return createAccessTokens({
      fetch: async ({ signal }) => (await next(signal)).token,
      now: client.now,
      limit: () => AbortSignal.timeout(30_000),
    })
  }

  /** The grant that has just come, or one that is got without a word. */
  async function next(signal: Signal): Promise<Grant> {
    if (arrived !== undefined) return takeArrived()
    if (grant === undefined) throw notSignedIn()
    const before = grant
    try {
      // A hidden page that never answers must not hold up all who wait for a token.
      const renewed = await ask(true, AbortSignal.any([signal, AbortSignal.timeout(longestSilence)]))
      if (grant !== before) throw notSignedIn()
      // Who is signed in with the provider by now may be somebody else (OIDC Core 12.2).
      if (before.subject !== undefined && renewed.subject !== before.subject) throw notSignedIn()
      grant = renewed
      return renewed
    } catch (error) {
      if (isGantryError(error) && error.code === 'unavailable') throw error
      if (signal.aborted) throw cancelled(signal)
      onSignInNeeded?.()
      throw notSignedIn()
    }
  }

  let arrived: Grant | undefined
  function takeArrived(): Grant {
    const taken = arrived as Grant
    arrived = undefined
    return taken
  }

  function accept(given: Grant): void {
    grant = given
    arrived = given
    tokens = freshTokens()
  }

  return {
    tokens: {
      get: async (signal) => await tokens.get(signal),
      refuse: (token) => tokens.refuse(token),
    },
    get account() {
      return grant?.account
    },
    async signIn(callOptions) {
      accept(await ask(false, toCall(callOptions).signal))
    },
    accept,
    signOut() {
      grant = undefined
      arrived = undefined
      tokens = freshTokens()
    },
  }
}

/** Where the page itself is left: `pending` is kept by the application until it is back, in `sessionStorage` for instance. */
export async function beginRedirect(
  options: SignInOptions & { readonly redirectUri: string },
): Promise<{ readonly url: string; readonly pending: string }> {
  const pending = await beginAuthorization(signInClient(options), { redirectUri: options.redirectUri })
  return { url: pending.url, pending: JSON.stringify(pending) }
}

/** Back on the page: `answered` is its URL, which must be cleared of the answer by then (`history.replaceState`). */
export async function finishRedirect(
  options: SignInOptions,
  pending: string,
  answered: string,
  callOptions: CallOptions = {},
): Promise<Grant> {
  const url = URL.parse(answered)
  if (url === null) throw new GantryError('invalid', 'The answer is not a URL.')
  return await finishAuthorization(signInClient(options), readPending(pending), url, callOptions)
}

function readPending(text: string): PendingAuthorization {
  try {
    const value = JSON.parse(text) as Record<string, unknown>
    const { url, state, nonce, codeVerifier, redirectUri } = value
    const texts = [url, state, nonce, codeVerifier, redirectUri]
    if (texts.every((one) => typeof one === 'string' && one !== '')) return value as unknown as PendingAuthorization
  } catch {
    // Said below.
  }
  throw new GantryError('unauthenticated', 'Nothing is known of this sign-in any more: begin anew.')
}

function notSignedIn(): GantryError {
  return new GantryError(
    'unauthenticated',
    'You are not signed in with Google, or the sign-in has ended: sign in again.',
  )
}
