import { type Bytes, bytesOf, collect, parseBoundedJson, Refusal, tap } from '@gantry/core'
import { bodyStream, counted } from '@gantry/http/server'
import type { z } from 'zod'

import { tooLarge } from '../refusal.ts'
import type { AccountPrincipal, Principal } from '../tokens/principal.ts'

/** What whoever serves the hub knows of a request besides the request. */
export interface Connection {
  /** Of the client, for limits of rate. */
  readonly address?: string | undefined
  /** The body, where it can be had in a quicker way than through the request. */
  readonly body?: Bytes | undefined
  /** Cuts the answer off: how a body that fails ends where it is said already that all is well. */
  readonly cutOff?: (() => void) | undefined
}

/** Milliseconds that a request may take to tell what it wants; bodies of objects take as long as they move. */
const longestText = 30_000

/** A request on its way through the hub. */
export class Exchange {
  readonly request: Request
  readonly address: string | undefined
  readonly params: Readonly<Record<string, string>>
  readonly principal: Principal | undefined
  readonly #url: URL
  readonly #traffic: { received: number; sent: number; ended: ((left: boolean) => void) | undefined }
  readonly #body: Bytes
  readonly #cutOff: (() => void) | undefined

  constructor(
    request: Request,
    connection: Connection,
    params: Readonly<Record<string, string>>,
    principal: Principal | undefined,
    traffic: { received: number; sent: number; ended: ((left: boolean) => void) | undefined },
  ) {
    this.request = request
    this.address = connection.address
    this.params = params
    this.principal = principal
    this.#url = new URL(request.url)
    this.#traffic = traffic
    this.#cutOff = connection.cutOff
    this.#body = connection.body ?? request.body ?? bytesOf()
  }

  get signal(): AbortSignal {
    return this.request.signal
  }

  /** Whom an account's token speaks for; a route that takes shares' tokens asks `principal`. */
  get account(): AccountPrincipal {
    if (this.principal?.kind !== 'account') throw new Refusal('permission_denied', 'This needs an account.')
    return this.principal
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  get length(): number | undefined {
    const length = this.header('content-length')
    return length === undefined || !/^\d{1,15}$/u.test(length) ? undefined : Number(length)
  }

  /** The body as it comes, counted; who sends it may break off. */
  body(): Bytes {
    const source = this.#body
    const checked = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield* source
      } catch (cause) {
        throw new Refusal('unavailable', 'The body broke off: send it again.', { cause, status: 400 })
      }
    }
    return tap(checked(), (chunk) => {
      this.#traffic.received += chunk.length
    })
  }

  /** A body that is read whole, and so has to come at once: one that trickles would hold its socket for ever. */
  async text(limit: number): Promise<string> {
    if ((this.length ?? 0) > limit) throw tooLarge('The request', limit)
    const until = performance.now() + longestText
    let seen = 0
    const bounded = tap(this.body(), (chunk) => {
      seen += chunk.length
      if (seen > limit) throw tooLarge('The request', limit)
      if (performance.now() > until) throw new Refusal('timeout', 'The request took too long.', { status: 408 })
    })
    return new TextDecoder().decode(await collect(bounded, limit))
  }

  async json<Schema extends z.ZodType>(schema: Schema, limit: number): Promise<z.output<Schema>> {
    const text = await this.text(limit)
    return parse(schema, jsonOf(text))
  }

  query<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
    return parse(schema, Object.fromEntries(this.#url.searchParams))
  }

  headers<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
    return parse(schema, Object.fromEntries(this.request.headers))
  }

  /** The rest of the URL's path after `start`, decoded. */
  pathAfter(start: string): string {
    const { pathname } = this.#url
    return decodedPath(pathname.slice(pathname.indexOf(start) + start.length))
  }

  /** A body that goes out as it is read; the log has the request when that is over. */
  stream(bytes: Bytes, onError: (error: unknown) => void): ReadableStream<Uint8Array> {
    const traffic = this.#traffic
    traffic.ended = undefined
    const body = counted(bytes, (sent, left) => {
      traffic.sent += sent
      traffic.ended?.(left || this.signal.aborted)
    })
    return bodyStream(body, { signal: this.signal, onError, cutOff: this.#cutOff })
  }
}

/** Of a URL. */
export function decodedPath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new Refusal('invalid', "The URL's path is not percent-encoded UTF-8.", { cause })
  }
}

/** Looked at before it is parsed: what is nested a million times over takes the parser seconds. */
function jsonOf(text: string): unknown {
  try {
    return parseBoundedJson(text)
  } catch (cause) {
    throw new Refusal('invalid', 'The request is not JSON.', { cause })
  }
}

export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(value)
  // Which field it was helps; what it held is nobody's business.
  const field = error?.issues[0]?.path.filter((step) => typeof step === 'string').join('.') ?? ''
  if (error !== undefined) {
    const where = /^[A-Za-z.-]{1,64}$/u.test(field) ? ` See "${field}".` : ''
    throw new Refusal('invalid', `The request is not as /openapi.json says.${where}`, { cause: error })
  }
  return data
}
