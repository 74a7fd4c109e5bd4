import {
  type AccessTokens,
  type Call,
  collect,
  errorOfHttpRefusal,
  GantryError,
  isGantryError,
  withAccessToken,
} from '@gantry/core/driver'
import type { z } from 'zod'

import { type Answer, isStream, type Request, type Transport } from './http/transport.ts'
import { readJson } from './read-json.ts'

/** A request to the hub: `path` and `query` instead of a URL, and no credentials yet. */
export interface HubRequest extends Omit<Request, 'url' | 'headers'> {
  /** Segments, as they are: each is percent-encoded. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly headers?: Readonly<Record<string, string>>
}

export interface ServiceOptions {
  /** Without a slash at its end. */
  readonly hub: string
  /** Empty, or ends with a slash. */
  readonly prefix: string
  readonly tokens: AccessTokens
  readonly transport: Transport
  readonly verifyReads: boolean
  readonly now: () => number
}

/** Longest text of a refusal that is read. */
const longestRefusal = 64 * 1024

/** Asks the hub, with a token that is kept fresh; what it refuses is a `GantryError`. */
export class Service {
  readonly options: ServiceOptions
  /** The last token that the hub has taken. */
  #proven: string | undefined

  constructor(options: ServiceOptions) {
    this.options = options
  }

  get transport(): Transport {
    return this.options.transport
  }

  /** The segments of an object's path at the hub. */
  object(path: string): readonly string[] {
    return ['v1', 'objects', ...(this.options.prefix + path).split('/')]
  }

  /** What the hub is to list for a prefix here, by whole segments; `undefined` for all. */
  above(prefix: string): string | undefined {
    const whole = `${this.options.prefix}${prefix}`.replace(/\/$/u, '')
    return whole === '' ? undefined : whole
  }

  /** The path here of what is listed, where that lies at or below the prefix that was asked for. */
  below(listed: string, prefix: string): string | undefined {
    const { prefix: root } = this.options
    if (!listed.startsWith(root)) return undefined
    const path = listed.slice(root.length)
    return prefix === '' || path === prefix || path.startsWith(`${prefix}/`) ? path : undefined
  }

  /** The answer to a request that the hub grants; its body must be read or closed. */
  async send(request: HubRequest, call: Call): Promise<Answer> {
    const { tokens } = this.options
    const { signal } = call
    if (isStream(request.body)) return await this.#sendOnce(request, call)
    return await withAccessToken(tokens, async (token) => await this.#attempt(request, token, call), signal)
  }

  async json<Schema extends z.ZodType>(request: HubRequest, schema: Schema, call: Call): Promise<z.output<Schema>> {
    return await readJson(await this.send(request, call), schema)
  }

  /** For its effect alone. */
  async perform(request: HubRequest, call: Call): Promise<void> {
    const { body } = await this.send(request, call)
    // Read to its end, so that the connection can be used again.
    await collect(body, longestRefusal)
  }

  /**
   * A stream cannot be sent twice. So a token that served until now, and is refused, makes the call one that is to be
   * tried again, by whoever has the bytes; a token that never served does not.
   */
  async #sendOnce(request: HubRequest, call: Call): Promise<Answer> {
    const { tokens } = this.options
    const token = await tokens.get(call.signal)
    try {
      return await this.#attempt(request, token, call)
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'unauthenticated') throw error
      tokens.refuse(token)
      if (this.#proven !== token) throw error
      throw new GantryError('unauthenticated', error.message, { retryable: true, cause: error })
    }
  }

  async #attempt(request: HubRequest, token: string, call: Call): Promise<Answer> {
    const { hub, now } = this.options
    const { path, query = {}, method, body, repeatable = method === 'GET' || method === 'HEAD' } = request
    const url = `${hub}/${path.map(encodeURIComponent).join('/')}${queryOf(query)}`
    const headers: Record<string, string> = { ...request.headers, authorization: `Bearer ${token}` }
    if (isStream(body)) headers['content-length'] = String(body.size)
    const answer = await this.transport.send({ method, url, headers, body, repeatable }, call)
    const { status } = answer
    if (status !== 401) this.#proven = token
    if (status >= 200 && status < 300) return answer
    throw errorOfHttpRefusal({
      status,
      body: await textOf(answer, call),
      retryAfter: answer.header('retry-after'),
      date: answer.header('date'),
      now: now(),
    })
  }
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** What a refusal says; that its text cannot be read takes nothing from it. */
async function textOf({ body }: Answer, call: Call): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await collect(body, longestRefusal))
  } catch (error) {
    if (call.signal.aborted) throw error
    return undefined
  }
}
