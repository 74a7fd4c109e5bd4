import type { Bytes, Call } from '@gantry/core/driver'

/** A body that passes once, of exactly `size` bytes. */
export interface Stream {
  readonly bytes: Bytes
  readonly size: number
}

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | Stream | undefined
  /** Sending it twice does what sending it once does. */
  readonly repeatable?: boolean
}

/** An answer whose head has come. The body must be read, or closed. */
export interface Answer {
  readonly status: number
  header(name: string): string | undefined
  readonly body: AsyncIterableIterator<Uint8Array>
}

/** How requests reach a hub: by `fetch` anywhere, by `node:http` in Node. */
export interface Transport {
  /** Takes a body as a stream; one that does not is given all of it at once. */
  readonly streams: boolean
  /** CRC-32 of IEEE 802.3 of bytes that follow others, whose own is `before`. */
  crc32(bytes: Uint8Array, before?: number): number
  /** Aborting the signal ends the exchange at once, in the middle of either body too. */
  send(request: Request, call: Call): Promise<Answer>
  close(): void
}

export function isStream(body: Uint8Array | Stream | undefined): body is Stream {
  return body !== undefined && !(body instanceof Uint8Array)
}
