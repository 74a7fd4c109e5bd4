import type { Bytes } from '@gantry/core'

/** A request, as whoever serves it hands it in. */
export interface Ask {
  readonly method: string
  /** Below the root, percent-encoded as it came: `/studies/1.2.3`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly header: (name: string) => string | undefined
  /** The root as the client reaches it, without a slash at its end: what URLs in answers begin with. */
  readonly root: string
  readonly body: Bytes
  readonly signal: AbortSignal
}

/** An answer, as whoever serves it sends it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Bytes at hand, or a body that is read as it is sent: its chunks are borrowed. */
  readonly body?: Uint8Array | Bytes | undefined
}

const encoder = new TextEncoder()

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return text(JSON.stringify(value), 'application/json', status, headers)
}

export function text(
  content: string,
  type: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = encoder.encode(content)
  return { status, headers: { 'Content-Type': type, 'Content-Length': String(body.length), ...headers }, body }
}
