import { type AccessTokens, createAccessTokens, type FetchToken, GantryError, isGantryError } from '@gantry/core'

import { findGoogleClient, googleEndpoint } from '../login/google-client.ts'
import { googleLogin } from '../login/google-login.ts'
import type { Environment } from '../login/record.ts'

/** In the words of other tools; a token that somebody else has got. */
const variables = ['GOOGLE_OAUTH_ACCESS_TOKEN', 'CLOUDSDK_AUTH_ACCESS_TOKEN'] as const
/** To read, to write, and to change what is said of objects. */
const storageScope = 'https://www.googleapis.com/auth/devstorage.full_control'
/** For so long a token of the environment is taken to live; then it is read again. */
const shortly = 300_000
/** A token that ends while a request is under way would be refused in its middle. */
const margin = 30_000

/**
 * Access tokens for Google, where no option names any: of the environment, of `gantry login --google`, else the
 * application default credentials. They are sent to Google alone, or to what was signed in to instead.
 */
function googleTokens(env: Environment, urls: readonly string[]): AccessTokens {
  const signedIn = loginTokens(env)
  const fetch: FetchToken = async (call) => {
    const endpoint = googleEndpoint(env)
    const login = await googleLogin.read(env)
    for (const url of urls) checkDestination(url, [endpoint, login?.endpoint])
    const given = tokenOf(env)
    if (given !== undefined) return { token: given, expires: Date.now() + shortly }
    if (login !== undefined) return await signedIn(call)
    return await defaultTokens(call)
  }
  return createAccessTokens({ fetch, now: Date.now, limit: () => AbortSignal.timeout(30_000) })
}

/** Options for a place in Cloud Healthcare or Cloud Storage: tokens, unless they name any. */
export function withGoogleLogin(
  scheme: string,
  options: Readonly<Record<string, unknown>>,
  env: Environment,
): Readonly<Record<string, unknown>> {
  if (scheme === 'gs') return withStorageTokens(options, env)
  if (scheme !== 'healthcare' || options['token'] !== undefined || options['tokens'] !== undefined) return options
  const urls = [options['baseUrl'], options['projectsUrl']].filter((url) => typeof url === 'string')
  return { ...options, tokens: googleTokens(env, urls) }
}

/** A sign-in is for Cloud Healthcare alone: of Cloud Storage, who asks is found where Google's other tools look. */
function withStorageTokens(
  options: Readonly<Record<string, unknown>>,
  env: Environment,
): Readonly<Record<string, unknown>> {
  const isSaid = ['token', 'tokens', 'keyFile', 'anonymous'].some((name) => options[name] !== undefined)
  const { endpoint } = options
  // Of an emulator, nobody has to say who he is.
  if (isSaid || (typeof endpoint === 'string' && endpoint.startsWith('http:'))) return options
  const fetch: FetchToken = async (call) => {
    if (typeof endpoint === 'string') checkDestination(endpoint, [])
    const given = tokenOf(env)
    if (given !== undefined) return { token: given, expires: Date.now() + shortly }
    try {
      return await defaultTokens(call, [storageScope])
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'unauthenticated') throw error
      throw new GantryError(
        'unauthenticated',
        'Google was told of no credentials, or did not accept them: gcloud auth application-default login, GOOGLE_APPLICATION_CREDENTIALS, or --option keyFile=FILE; --option anonymous=true for what is public.',
      )
    }
  }
  return { ...options, tokens: createAccessTokens({ fetch, now: Date.now, limit: () => AbortSignal.timeout(30_000) }) }
}

function tokenOf(env: Environment): string | undefined {
  return variables.map((name) => env[name]).find((value) => value !== undefined && value !== '')
}

/** Access tokens of `gantry login --google`; `unauthenticated` when that has ended, or never was. */
export function loginTokens(env: Environment): FetchToken {
  let handed: string | undefined
  return async (call) => {
    // Anew each time: a copy of many hours goes on when somebody has signed in again meanwhile.
    const login = await googleLogin.read(env)
    if (login === undefined) throw notSignedIn('You are not signed in with Google')
    const { token, expires, refreshToken, clientId, clientFile, endpoints, scopes } = login
    // Asked for a second time, it was refused, or is about to end.
    if (token !== handed && Date.now() < expires - margin) {
      handed = token
      return { token, expires }
    }
    if (refreshToken === undefined) throw notSignedIn('The sign-in with Google has ended')
    const { refreshedTokens } = await import('@gantry/google')
    const { clientSecret } = await findGoogleClient(env, { clientId, clientFile })
    return await refreshedTokens({ clientId, clientSecret, endpoints, scopes, refreshToken })(call)
  }
}

async function defaultTokens(call: Parameters<FetchToken>[0], scopes?: readonly string[]) {
  const { applicationDefaultTokens } = await import('@gantry/google/node')
  const emitWarning = process.emitWarning.bind(process)
  // Google's library warns on stderr that this machine is none of Google's, which most are not.
  process.emitWarning = (...all: [string | Error]) => {
    if (!all.some((one) => one === 'MetadataLookupWarning')) emitWarning(...all)
  }
  try {
    return await applicationDefaultTokens(scopes === undefined ? {} : { scopes })(call)
  } catch (error) {
    if (isGantryError(error) && error.code === 'unsupported') throw notSignedIn('You are not signed in with Google')
    throw error
  } finally {
    process.emitWarning = emitWarning
  }
}

function checkDestination(text: string, others: readonly (string | undefined)[]): void {
  const url = URL.parse(text)
  const isGoogle = url?.protocol === 'https:' && /(?:^|\.)googleapis\.com$/u.test(url.hostname) && url.port === ''
  if (
    isGoogle ||
    (url !== null && others.some((other) => other !== undefined && URL.parse(other)?.origin === url.origin))
  )
    return
  throw new GantryError(
    'permission_denied',
    'The token of your login is sent to Google alone: for another URL, give a remote its own token in the configuration.',
  )
}

function notSignedIn(what: string): GantryError {
  return new GantryError('unauthenticated', `${what}: gantry login --google`)
}
