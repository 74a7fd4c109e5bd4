import { randomUUID } from 'node:crypto'
import { ReadableStream } from 'node:stream/web'

import { type Bytes, type Call, collect, errorOfHttpRefusal, GantryError, isGantryError } from '@gantry/core/driver'
import { isPrivateRoad } from '@gantry/http'

import type { Fetch } from '../read/gateway-source.ts'
import { changesTake, defaultSlowAfter, Patience } from '../read/patience.ts'

const longestAnswer = 8 * 1024 * 1024

export interface KuboAccess {
  /** URL of the RPC API, such as `http://127.0.0.1:5001`. */
  readonly api: string
  /** For an API behind a proxy that asks for one. */
  readonly authorization?: string | undefined
  readonly fetch?: Fetch | undefined
  /** Milliseconds until a block must be there; calls that change something have fifteen times as long without a move. */
  readonly slowAfter?: number | undefined
}

/** Calls of Kubo's RPC API (`/api/v0`), which are all POST. */
export class KuboRpc {
  readonly #base: URL
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: Fetch
  readonly #slowAfter: number

  constructor({ api, authorization, fetch: send = fetch, slowAfter = defaultSlowAfter }: KuboAccess) {
    const base = URL.parse(api)
    if (base === null || (authorization !== undefined && !isPrivateRoad(base))) {
      throw new GantryError(
        'invalid',
        'The RPC API of a Kubo node is an http(s) URL; with an authorization it is https:, or on this machine.',
      )
    }
    this.#base = base
    if (!this.#base.pathname.endsWith('/')) this.#base.pathname += '/'
    this.#headers = authorization === undefined ? {} : { authorization }
    this.#fetch = send
    this.#slowAfter = slowAfter
  }

  /** The answer as a whole; `not_found` where the node does not have what was asked for. */
  async ask(
    command: string,
    parameters: Readonly<Record<string, string>>,
    call: Call,
    file?: Bytes,
  ): Promise<Uint8Array> {
    const url = new URL(`api/v0/${command}`, this.#base)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const limit = command === 'block/get' ? this.#slowAfter : this.#slowAfter * changesTake
    const patience = new Patience(call, limit, 'The Kubo node')
    try {
      const boundary = randomUUID()
      const body = file === undefined ? undefined : formOf(moving(file, patience), boundary)
      const upload = body === undefined ? {} : { body: ReadableStream.from(body), duplex: 'half' }
      const type = file === undefined ? {} : { 'content-type': `multipart/form-data; boundary=${boundary}` }
      return await patience.waitFor(async () => {
        const response = await this.#fetch(url, {
          method: 'POST',
          headers: { ...this.#headers, ...type },
          signal: patience.signal,
          redirect: 'manual',
          ...upload,
        } as RequestInit)
        const answer = response.body === null ? new Uint8Array() : await collect(response.body as never, longestAnswer)
        if (response.ok) return answer
        throw refusal(response.status, new TextDecoder().decode(answer))
      })
    } catch (error) {
      if (isGantryError(error)) throw error
      throw new GantryError('unavailable', 'The Kubo node could not be reached.', { cause: error })
    } finally {
      patience.end()
    }
  }

  /** The answers of a command that gives several, one JSON a line. */
  async lines(
    command: string,
    parameters: Readonly<Record<string, string>>,
    call: Call,
    file?: Bytes,
  ): Promise<unknown[]> {
    const text = new TextDecoder().decode(await this.ask(command, parameters, call, file))
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown)
    } catch {
      throw new GantryError('unavailable', 'The Kubo node answered with something that is no JSON.')
    }
  }
}

/** A shard goes as slowly as it goes, as long as it moves. */
async function* moving(file: Bytes, patience: Patience): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of file) {
    patience.renew()
    yield chunk
  }
}

async function* formOf(file: Bytes, boundary: string): AsyncGenerator<Uint8Array, void, undefined> {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="shard.car"\r\n`
  yield Buffer.from(`${head}Content-Type: application/vnd.ipld.car\r\n\r\n`)
  // `fetch` takes its time with what it was given: it gets copies.
  for await (const chunk of file) yield new Uint8Array(chunk)
  yield Buffer.from(`\r\n--${boundary}--\r\n`)
}

function refusal(status: number, text: string): GantryError {
  if (status >= 300 && status < 400) return errorOfHttpRefusal({ status, now: Date.now() })
  if (status === 401 || status === 403) return new GantryError('permission_denied', 'The Kubo node refuses the call.')
  if (/not found|not pinned|could not find/iu.test(text))
    return new GantryError('not_found', 'The Kubo node does not have it.')
  return new GantryError('unavailable', `The Kubo node answered ${status}.`)
}
