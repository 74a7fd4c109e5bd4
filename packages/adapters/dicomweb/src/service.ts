import type { Call } from '@gantry/core/driver'
import { type Answer, type Credentials, Sender, type SentRequest, type Transport } from '@gantry/http'

import { errorOfRefusal } from './errors/error-of-refusal.ts'

/** A request to the service: `path` and `query` instead of a URL, and no credentials yet. */
export interface ServiceRequest extends Omit<SentRequest, 'url' | 'headers'> {
  /** Segments below the root, as they are: each is percent-encoded. */
  readonly path: readonly string[]
  /** In this order; a name may stand several times. */
  readonly query?: Iterable<readonly [name: string, value: string]> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export interface ServiceOptions {
  /** Without a slash at its end. */
  readonly root: string
  readonly transport: Transport
  readonly credentials: Credentials
  /** Headers that every request carries. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Asks a DICOMweb service, in somebody's name; what it refuses is a `GantryError`. */
export class Service {
  readonly options: ServiceOptions
  readonly #sender: Sender

  constructor(options: ServiceOptions) {
    this.options = options
    const { transport, credentials, now } = options
    this.#sender = new Sender({ transport, credentials, errorOf: errorOfRefusal, now })
  }

  /** The answer to a request that the service grants; its body must be read or closed. */
  async send(request: ServiceRequest, call: Call): Promise<Answer> {
    const { path, query = [], headers, ...rest } = request
    const url = `${this.options.root}/${path.map(encode).join('/')}${queryOf(query)}`
    return await this.#sender.send({ ...rest, url, headers: { ...this.options.headers, ...headers } }, call)
  }

  close(): void {
    this.options.transport.close()
  }
}

function queryOf(query: Iterable<readonly [name: string, value: string]>): string {
  const pairs = Array.from(query, ([name, value]) => `${encodeURIComponent(name)}=${encode(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Commas stay as they are: not every service decodes a text before it takes it apart. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2C', ',')
}
