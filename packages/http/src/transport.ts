import type { Bytes, Call } from '@gantry/core/driver'

/** A body that passes once, of exactly `size` bytes; without a size, of as many as come. */
export interface Stream {
  readonly bytes: Bytes
  readonly size?: number | undefined
}

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | Stream | undefined
  /** Sending it twice does what sending it once does; default: as of GET and HEAD. */
  readonly repeatable?: boolean | undefined
}

/** An answer whose head has come. The body must be read, or closed. */
export interface Answer {
  readonly status: number
  header(name: string): string | undefined
  /**
   * The end of the connection alone tells that of the body (RFC 9112 6.3), so that one which broke looks the same. Over `fetch`,
   * which does not say by what protocol an answer came, it is told only where the service says so.
   */
  readonly endsWithConnection?: boolean | undefined
  readonly body: AsyncIterableIterator<Uint8Array>
}

/** How requests reach a service: by `fetch` anywhere, by `node:http` in Node. */
export interface Transport {
  /** Takes a body as a stream; one that does not is given all of it at once. */
  readonly streams: boolean
  /**
   * Aborting the signal ends the exchange at once, in the middle of either body too. Answers are asked for as they are,
   * without compression, unless the headers say otherwise.
   */
  send(request: Request, call: Call): Promise<Answer>
  close(): void
}

export interface TransportOptions {
  /** Begins sentences in errors: `The hub`. */
  readonly service?: string | undefined
}

export function isStream(body: Uint8Array | Stream | undefined): body is Stream {
  return body !== undefined && !(body instanceof Uint8Array)
}

/** It may be sent again after a connection ended without an answer. */
export function isRepeatable({ method, body, repeatable }: Request): boolean {
  return (repeatable ?? (method === 'GET' || method === 'HEAD')) && !isStream(body)
}
