import {
  type AccessTokens,
  type CallOptions,
  collect,
  errorOfHttpRefusal,
  GantryError,
  isGantryError,
  type Signal,
  withAccessToken,
} from '@gantry/core'

import { checkHub } from '../secret/hub-url.ts'

/** `fetch` of the platform, or one that stands for it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface HubClientOptions {
  /** `https://hub.example.org`, or below a path of it; `http:` for loopback only. */
  readonly hub: string
  /** Of this hub and no other: they are sent to it. Default: none, which is enough to open most shares. */
  readonly tokens?: AccessTokens | undefined
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

export interface HubQuestion {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Segments, as they are: each is percent-encoded. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, string | number | undefined>>
  /** To be sent as JSON. */
  readonly body?: unknown
  /** An access token rather than those of the client. */
  readonly token?: string | undefined
}

/** What of a zod schema is needed to read an answer. */
export interface AnswerSchema<Value> {
  safeParse(value: unknown): { readonly success: true; readonly data: Value } | { readonly success: false }
}

export type AskHub = <Value>(
  question: HubQuestion,
  schema: AnswerSchema<Value> | undefined,
  options?: CallOptions,
) => Promise<Value>

/** A page of a thousand shares, many times over. */
const longestAnswer = 32 * 1024 * 1024
const elsewhere = 'The hub sends elsewhere (a redirect), which is not followed: give the URL that it is at.'

/** Asks a hub in JSON; what it refuses is a `GantryError`, with an `HttpRefusal` as its cause. */
export function askHubOf(options: HubClientOptions): AskHub {
  const { tokens, fetch = (url, init) => globalThis.fetch(url, init), now = Date.now } = options
  const hub = checkHub(options.hub)

  async function attempt(question: HubQuestion, token: string | undefined, signal: AbortSignal): Promise<string> {
    const { method, path, query = {}, body } = question
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const response = await fetch(`${hub}/${path.map(encodeURIComponent).join('/')}${queryOf(query)}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
      cache: 'no-store',
      credentials: 'omit',
      // Not followed: tokens would go wherever it leads. A browser tells no more of it than that it is one.
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
    })
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      await response.body?.cancel()
      throw new GantryError('unavailable', elsewhere, { retryable: false, cause: { reason: 'foreign_answer' } })
    }
    const text = await textOf(response)
    if (response.ok) return text
    throw errorOfHttpRefusal({
      status: response.status,
      body: text,
      retryAfter: response.headers.get('retry-after') ?? undefined,
      date: response.headers.get('date') ?? undefined,
      now: now(),
    })
  }

  return async (question, schema, { signal } = {}) => {
    const work = async (token?: string) => await stoppable(signal, async (own) => await attempt(question, token, own))
    const own = question.token
    const text =
      own !== undefined || tokens === undefined ? await work(own) : await withAccessToken(tokens, work, signal)
    return read(text, schema)
  }
}

function read<Value>(text: string, schema: AnswerSchema<Value> | undefined): Value {
  if (schema === undefined) return undefined as Value
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new GantryError(
    'unavailable',
    'The answer is not one of a hub: check the URL, and what stands before the hub.',
    {
      cause: { reason: 'foreign_answer' },
    },
  )
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return ''
  return new TextDecoder().decode(await collect(chunksOf(body), longestAnswer))
}

/** Not `for await` over the stream itself: not every browser's can be iterated. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader()
  try {
    for (let result = await reader.read(); !result.done; result = await reader.read()) yield result.value
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** Works until the signal is aborted; what fails without a code is the network. */
async function stoppable<Value>(
  signal: Signal | undefined,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController()
  const stop = () => controller.abort(signal?.reason)
  const cancelled = () => new GantryError('cancelled', 'Stopped on request.', { cause: signal?.reason })
  if (signal?.aborted === true) throw cancelled()
  signal?.addEventListener('abort', stop)
  try {
    return await work(controller.signal)
  } catch (error) {
    if (controller.signal.aborted) throw cancelled()
    if (isGantryError(error)) throw error
    throw new GantryError('unavailable', 'The hub could not be reached, or hung up: try again.', { cause: error })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
