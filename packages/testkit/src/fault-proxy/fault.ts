/** `up` is from the client to the upstream, `down` the way back. */
export type Direction = 'up' | 'down'

/**
 * Where in a message a fault strikes: after so many bytes of its body, after so many sixteenths of it, or before the
 * first byte of its head. Bytes are those of the payload; the framing of chunked bodies does not count. Where the
 * length is not declared, sixteenths are those of the first chunk. A point that is never reached is never struck.
 */
export type Point = number | { readonly sixteenths: number } | 'head'

/**
 * Both ends see ECONNRESET. The one that the body goes to has got all bytes before the point by then; but for one that
 * stopped reading: after a second it is reset all the same, and what it did not take is lost.
 */
export interface Reset {
  readonly kind: 'reset'
  /** Whose body is counted. Default: `down`. */
  readonly direction?: Direction
  /** Default: 0, which is behind the head. */
  readonly at?: Point
}

export interface Stall {
  readonly kind: 'stall'
  /** Default: `down`. */
  readonly direction?: Direction
  /** Default: 0. */
  readonly at?: Point
  /** Default: for ever, that is until the client leaves or the proxy is closed. */
  readonly milliseconds?: number
}

/** The answer's body ends early by a clean FIN; its head, and so its declared length, stays as it was. */
export interface Truncate {
  readonly kind: 'truncate'
  /** Default: 0. */
  readonly at?: Point
}

/** One bit of one byte of the payload is flipped; neither heads nor the framing of chunks are touched. */
export interface Corrupt {
  readonly kind: 'corrupt'
  /** Default: `down`. */
  readonly direction?: Direction
  /** The byte before which so many passed. Default: drawn from the whole body, or the first chunk. */
  readonly at?: Exclude<Point, 'head'>
  /** 0 to 7. Default: drawn. */
  readonly bit?: number
}

/** The proxy answers instead of the upstream, which sees nothing of the request. */
export interface Answer {
  readonly kind: 'answer'
  /** E.g. 429 or 503. */
  readonly status: number
  /** The header `Retry-After`: seconds, or an HTTP date. */
  readonly retryAfter?: number | string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
  /**
   * Answer and close before the request's body was read, instead of after it. Default: false; a request that waits for
   * `100 Continue` is always answered at once.
   */
  readonly early?: boolean
}

/** The upstream gets all of the request and answers; then the client is reset without having seen the answer. */
export interface LoseAnswer {
  readonly kind: 'lose-answer'
}

/** Slows one exchange; the option `link` slows all. */
export interface Delay extends Link {
  readonly kind: 'delay'
}

/** What a way through the network is like, in each direction of each connection. */
export interface Link {
  /** Milliseconds, one way. */
  readonly latency?: number
  /** Bytes a second. */
  readonly bandwidth?: number
}

export type Fault = Reset | Stall | Truncate | Corrupt | Answer | LoseAnswer | Delay

export type FaultKind = Fault['kind']

/** When a fault is decided on: once a request's head is there, or its answer's. */
export type Stage = 'request' | 'response'

export function stageOf(fault: Fault): Stage {
  if (fault.kind === 'truncate') return 'response'
  if (fault.kind === 'answer' || fault.kind === 'lose-answer' || fault.kind === 'delay') return 'request'
  return fault.direction === 'up' ? 'request' : 'response'
}
