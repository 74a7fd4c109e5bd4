import { Readable } from 'node:stream'

import { collect, type Signal, toCall } from '@gantry/core/driver'

import { originOf } from '../http/dial.ts'
import type { HttpClient } from '../http/http-client.ts'
import { canonicalQuery } from '../sign/percent-encode.ts'
import { refusePage } from './refuse-page.ts'

/** Longest answer to a call that is not about bytes of objects; a page of a thousand long keys takes 4 MiB. */
const longestAnswer = 32 * 1024 * 1024

/** What the SDK hands over; named narrowly, because its own type would have to be a dependency. */
export interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly query?: { readonly [name: string]: string | readonly string[] | null } | undefined
  readonly headers: { readonly [name: string]: string }
  readonly body?: unknown
}

interface SdkResponse {
  readonly statusCode: number
  readonly headers: { readonly [name: string]: string }
  readonly body: Readable
}

/** Lets the SDK speak through our connections: one pool, one stall watch, one way to abort. */
export class SdkHandler {
  readonly #http: HttpClient
  readonly #ca: string | readonly string[] | undefined

  constructor(http: HttpClient, ca: string | readonly string[] | undefined) {
    this.#http = http
    this.#ca = ca
  }

  async handle(
    request: SdkRequest,
    options: { readonly abortSignal?: Signal } = {},
  ): Promise<{ response: SdkResponse }> {
    const origin = originOf(request, this.#ca)
    const query = queryOf(request)
    const target = query === '' ? request.path : `${request.path}?${query}`
    const body = bytesOf(request.body)
    const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]))
    if (body !== undefined || request.method === 'POST') headers.set('content-length', String(body?.length ?? 0))
    const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const answer = await this.#http.send(
      origin,
      {
        method: request.method,
        head: `${request.method} ${target} HTTP/1.1\r\n${lines}\r\n`,
        repeatable: request.method !== 'POST',
        ...(body === undefined ? {} : { body }),
      },
      options.abortSignal ?? toCall().signal,
    )
    const bytes = await collect(answer.body, longestAnswer)
    refusePage(answer)
    const response = {
      statusCode: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Readable.from(bytes.length === 0 ? [] : [Buffer.from(bytes)]),
    }
    return { response }
  }
}

function queryOf(request: SdkRequest): string {
  const pairs: [string, string][] = []
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (Array.isArray(value)) for (const one of value) pairs.push([name, String(one)])
    else pairs.push([name, typeof value === 'string' ? value : ''])
  }
  return canonicalQuery(pairs)
}

function bytesOf(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null || body === '') return undefined
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return body
  throw new TypeError('Calls through the SDK carry no streams.')
}
