import type { Direction, FaultKind } from './fault.ts'

/** A fault that was injected: what was done, where. */
export interface Injection {
  readonly kind: FaultKind
  /** Index of the rule in the schedule. */
  readonly rule: number
  /** Counted from 1, as are requests: over all connections, in the order that they began. */
  readonly connection: number
  readonly request?: number
  readonly method?: string
  readonly path?: string
  readonly direction?: Direction
  /** Bytes of the body, or of the stream, that were passed on before; for `corrupt`, those before the changed one. */
  readonly at?: number
  /** 0 to 7. */
  readonly bit?: number
}

/** What an injection is about. */
export type Subject = Pick<Injection, 'connection' | 'request' | 'method' | 'path'>

export interface Counts {
  readonly connections: number
  readonly requests: number
  /** Given to the upstream, heads and framing included. */
  readonly bytesUp: number
  /** Given to clients, the proxy's own answers included. */
  readonly bytesDown: number
}

/** What one proxy has done so far. */
export class Record {
  connections = 0
  requests = 0
  readonly injected: Injection[] = []
}
