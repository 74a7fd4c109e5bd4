import { readFile } from 'node:fs/promises'

import { type AccessToken, type FetchToken, GantryError } from '@gantry/core/driver'
import type { Fetch } from '@gantry/http'
import * as z from 'zod'

import { cancelled } from '../oauth/ask.ts'
import { healthcareScope, projectsScope } from '../oauth/scopes.ts'

export interface ApplicationDefaultOptions {
  /** Default: Cloud Healthcare and the list of projects. */
  readonly scopes?: readonly string[] | undefined
  /** Default: the library's own. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

export interface ServiceAccountOptions extends ApplicationDefaultOptions {
  /** The JSON with a private key that Google hands out. */
  readonly keyFile: string
}

/** Where the library says nothing of a token's end. */
const shortest = 300_000
const usualScopes = [healthcareScope, projectsScope]

const keySchema = z.looseObject({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
})

/**
 * Access tokens of the application default credentials, for `createAccessTokens`: where Google's own tools look for
 * them. Through `google-auth-library`, which is loaded when the first is asked for; `unsupported` without it.
 */
export function applicationDefaultTokens(options: ApplicationDefaultOptions = {}): FetchToken {
  const { scopes = usualScopes, now = Date.now } = options
  return async ({ signal }) => {
    if (signal.aborted) throw cancelled(signal)
    const library = await load()
    // Anew each time: the library would hand out again what a service has refused.
    const auth = new library.GoogleAuth({ scopes: [...scopes], clientOptions: transporterOf(library, options) })
    const client = await auth.getClient().catch(() => {
      // Without its cause, which may quote a file.
      throw new GantryError(
        'unauthenticated',
        'There are no credentials for Google: gantry login --google, gcloud auth application-default login, or GOOGLE_APPLICATION_CREDENTIALS.',
      )
    })
    return await tokenOf(client, now())
  }
}

/** Access tokens of a service account, as `applicationDefaultTokens`. */
export function serviceAccountTokens(options: ServiceAccountOptions): FetchToken {
  const { keyFile, scopes = usualScopes, now = Date.now } = options
  return async ({ signal }) => {
    if (signal.aborted) throw cancelled(signal)
    const { client_email: email, private_key: key, private_key_id: keyId } = await readKey(keyFile)
    const library = await load()
    const account = { email, key, ...(keyId !== undefined && { keyId }), scopes: [...scopes] }
    return await tokenOf(new library.JWT({ ...account, ...transporterOf(library, options) }), now())
  }
}

type Library = typeof import('google-auth-library')

async function load(): Promise<Library> {
  try {
    return await import('google-auth-library')
  } catch {
    throw new GantryError(
      'unsupported',
      'Service accounts and application default credentials need a package that is not installed: npm install google-auth-library',
    )
  }
}

function transporterOf({ gaxios }: Library, { fetch }: ApplicationDefaultOptions) {
  if (fetch === undefined) return {}
  const fetchImplementation = async (input: string | URL | Request, init?: RequestInit) =>
    await fetch(input instanceof Request ? input.url : String(input), init ?? {})
  return { transporter: new gaxios.Gaxios({ fetchImplementation }) }
}

interface LibraryClient {
  getAccessToken(): Promise<{ readonly token?: string | null }>
  readonly credentials: { readonly expiry_date?: number | null }
}

async function tokenOf(client: LibraryClient, now: number): Promise<AccessToken> {
  try {
    const { token } = await client.getAccessToken()
    if (typeof token !== 'string') throw new Error('No token.')
    return { token, expires: client.credentials.expiry_date ?? now + shortest }
  } catch (error) {
    throw errorOfLibrary(error)
  }
}

async function readKey(path: string): Promise<z.output<typeof keySchema>> {
  try {
    return keySchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    // Without its cause, which may quote the file.
    throw new GantryError(
      'invalid',
      'The key file cannot be read, or is not one of a service account: take the JSON that Google hands out.',
      { path },
    )
  }
}

/** Its own errors hold requests, assertions included. */
function errorOfLibrary(error: unknown): GantryError {
  const { status } = { ...(error as { status?: unknown }) }
  const isRefusal = typeof status === 'number' && status >= 400 && status < 500 && status !== 429
  const isKey = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')
  if (isRefusal || isKey) {
    return new GantryError(
      'unauthenticated',
      'Google did not accept the credentials: check that the key is whole and not revoked, and the clock of this machine.',
    )
  }
  return new GantryError('unavailable', 'No access token could be got from Google: check the network and try again.')
}
