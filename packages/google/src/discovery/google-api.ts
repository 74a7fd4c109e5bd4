import {
  checkGiven,
  type AccessTokens,
  type Call,
  GantryError,
  isGantryError,
  withAccessToken,
} from '@gantry/core/driver'
import { type Fetch, retrying } from '@gantry/http'
import type { z } from 'zod'

import { checkProtected } from '../oauth/endpoints.ts'
import { errorOfApiRefusal, isScopeRefusal } from './api-refusal.ts'
import type { Needed } from './missing-permission.ts'

export const healthcareUrl = 'https://healthcare.googleapis.com'
export const projectsUrl = 'https://cloudresourcemanager.googleapis.com'

export interface GoogleApiOptions {
  readonly tokens: AccessTokens
  /** Default: `https://healthcare.googleapis.com`. */
  readonly baseUrl?: string | undefined
  /** Where projects are listed; default: `https://cloudresourcemanager.googleapis.com`. */
  readonly projectsUrl?: string | undefined
  /** The project that requests are counted for, where the credentials belong to none. */
  readonly quotaProject?: string | undefined
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** A request for a page of a list. */
export interface PageRequest<Schema extends z.ZodType> {
  readonly service: 'healthcare' | 'projects'
  /** Below the service, each segment percent-encoded. */
  readonly path: string
  readonly query: Readonly<Record<string, string | number | undefined>>
  readonly schema: Schema
  readonly needed: Needed
}

/** Asks Google's APIs, with a token that is kept fresh; pages that fail in a way that may pass are asked for again. */
export interface GoogleApi {
  get<Schema extends z.ZodType>(request: PageRequest<Schema>, call: Call): Promise<z.output<Schema>>
}

/** A page of a thousand names and labels, several times over. */
const longestAnswer = 16 * 1024 * 1024

/** The `permission_denied` of a token that is too narrow. */
export class ScopeRefusal extends GantryError {}

export function googleApi(options: GoogleApiOptions): GoogleApi {
  checkGiven(options, 'googleApi', { tokens: 'object' })
  const { tokens, quotaProject, now = Date.now } = options
  const fetcher: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init))
  const bases = {
    healthcare: checkedBase(options.baseUrl ?? healthcareUrl),
    projects: checkedBase(options.projectsUrl ?? projectsUrl),
  }

  async function attempt<Schema extends z.ZodType>(request: PageRequest<Schema>, token: string, call: Call) {
    const { service, path, query, schema, needed } = request
    const { response, text } = await exchange(fetcher, `${bases[service]}${path}${queryOf(query)}`, call, {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(quotaProject !== undefined && { 'x-goog-user-project': quotaProject }),
    })
    const { status, headers } = response
    if (status !== 200) {
      const refusal = errorOfApiRefusal(
        {
          status,
          body: text,
          retryAfter: headers.get('retry-after') ?? undefined,
          date: headers.get('date') ?? undefined,
          now: now(),
        },
        needed,
      )
      throw isScopeRefusal(text) ? new ScopeRefusal(refusal.code, refusal.message, { cause: refusal.cause }) : refusal
    }
    const parsed = schema.safeParse(jsonOf(text))
    if (parsed.success) return parsed.data
    throw new GantryError('unavailable', 'The answer is not one of Google: check the URL, and what stands before it.')
  }

  return {
    async get(request, call) {
      return await retrying(
        call,
        async () => await withAccessToken(tokens, async (token) => await attempt(request, token, call), call.signal),
      )
    },
  }
}

/** The whole answer as text; aborting the call ends it at once, in the middle of the body too. */
async function exchange(fetcher: Fetch, url: string, { signal }: Call, headers: Readonly<Record<string, string>>) {
  try {
    const response = await fetcher(url, {
      headers,
      signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    })
    return { response, text: await readText(response) }
  } catch (error) {
    if (signal.aborted) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
    if (isGantryError(error)) throw error
    throw new GantryError('unavailable', 'Google could not be reached, or hung up: try again.', { cause: error })
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  const reader = response.body?.getReader()
  let text = ''
  let length = 0
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done || value === undefined) return text + decoder.decode()
    length += value.length
    if (length > longestAnswer) {
      reader?.cancel().catch(() => {})
      throw new GantryError('unavailable', 'The answer is longer than any of Google: check what stands before it.')
    }
    text += decoder.decode(value, { stream: true })
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

export function checkedBase(url: string): string {
  return checkProtected(url).replace(/\/+$/u, '')
}
