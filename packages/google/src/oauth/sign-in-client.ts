import { checkGiven, GantryError } from '@gantry/core/driver'
import type { Fetch } from '@gantry/http'
import {
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  ClientSecretPost,
  clockSkew,
  clockTolerance,
  None,
} from 'oauth4webapi'

import { type SignInEndpoints, signInEndpoints } from './endpoints.ts'
import { defaultScopes } from './scopes.ts'

/** The application that people sign in to, as it is registered with Google. */
export interface SignInOptions {
  readonly clientId: string
  /**
   * Google wants it of desktop and device clients too, whose secrets it does not treat as such; of a web page it must
   * not be given, because it would be none.
   */
  readonly clientSecret?: string | undefined
  /** Default: Cloud Healthcare, the list of projects, and who signed in. */
  readonly scopes?: readonly string[] | undefined
  /** Default: Google's. */
  readonly endpoints?: Partial<SignInEndpoints> | undefined
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** The options, checked, and in the words of the OAuth library. */
export interface SignInClient {
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly server: AuthorizationServer & SignInServer
  readonly auth: ClientAuth
  readonly fetch: Fetch
  readonly now: () => number
}

interface SignInServer {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly device_authorization_endpoint: string
  readonly revocation_endpoint: string
}

/** A clock may be off by so much before an ID token is refused for its times; seconds. */
const tolerance = 300

export function signInClient(options: SignInOptions): SignInClient {
  checkGiven(options, 'signing in', { clientId: 'string', scopes: 'list?' })
  const { clientId, clientSecret, scopes = defaultScopes, now = Date.now } = options
  if (clientId === '' || /[\s\p{Cc}]/u.test(clientId)) {
    throw new GantryError(
      'invalid',
      'A client id is needed: create one of the type "Desktop app" or "Web application".',
    )
  }
  const { issuer, authorization, token, device, revocation } = signInEndpoints(options.endpoints)
  return {
    clientId,
    scopes,
    server: {
      issuer,
      authorization_endpoint: authorization,
      token_endpoint: token,
      device_authorization_endpoint: device,
      revocation_endpoint: revocation,
    },
    auth: clientSecret === undefined ? None() : ClientSecretPost(clientSecret),
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    now,
  }
}

/** The client as the library wants it; `date` is the `Date` header of the answer whose times are looked at. */
export function libraryClient({ clientId, now }: SignInClient, date: string | null): Client {
  // The provider's clock, where it tells it: a clock here that is wrong must not keep anyone out.
  const told = Date.parse(date ?? '')
  const skew = ((Number.isNaN(told) ? now() : told) - Date.now()) / 1000
  return { client_id: clientId, [clockSkew]: Math.round(skew), [clockTolerance]: tolerance }
}
