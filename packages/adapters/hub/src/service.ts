import { type AccessTokens, type Call, collect, type Crc, isAtOrBelow } from '@gantry/core/driver'
import { type Answer, type Request, Sender, type Transport } from '@gantry/http'
import type { z } from 'zod'

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
  readonly crc32: Crc
  readonly verifyReads: boolean
  readonly now: () => number
}

/** Longest answer that is read and not looked at. */
const longestIgnored = 64 * 1024

/** Asks the hub, with a token that is kept fresh; what it refuses is a `GantryError`. */
export class Service {
  readonly options: ServiceOptions
  readonly #sender: Sender

  constructor(options: ServiceOptions) {
    this.options = options
    const { transport, tokens, now } = options
    this.#sender = new Sender({ transport, credentials: { tokens }, now })
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
    return isAtOrBelow(path, prefix) ? path : undefined
  }

  /** The answer to a request that the hub grants; its body must be read or closed. */
  async send(request: HubRequest, call: Call): Promise<Answer> {
    const { path, query = {}, headers = {}, ...rest } = request
    const url = `${this.options.hub}/${path.map(encodeURIComponent).join('/')}${queryOf(query)}`
    return await this.#sender.send({ ...rest, url, headers }, call)
  }

  async json<Schema extends z.ZodType>(request: HubRequest, schema: Schema, call: Call): Promise<z.output<Schema>> {
    return await readJson(await this.send(request, call), schema)
  }

  /** For its effect alone. */
  async perform(request: HubRequest, call: Call): Promise<void> {
    const { body } = await this.send(request, call)
    // Read to its end, so that the connection can be used again.
    await collect(body, longestIgnored)
  }
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
