import type { Link } from './fault.ts'
import type { MessageHead } from './message-head.ts'
import type { Subject } from './record.ts'
import type { Decision, Message } from './schedule.ts'

/** What became of a request: its connection now carries something else, or the next request. */
export type Outcome = 'upgraded' | 'answered'

/** A request that was passed on, and its answer to come. */
export interface Exchange {
  readonly subject: Subject & { readonly method: string; readonly path: string }
  /** Set if the answer is to be lost. */
  readonly losing?: Decision
  readonly link: Link
  readonly done: Promise<Outcome>
  readonly finish: (outcome: Outcome) => void
}

export function newExchange(connection: number, request: number, message: Message): Omit<Exchange, 'link'> {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const { method, path } = message
  return { subject: { connection, request, method, path }, done: promise, finish: resolve }
}

/** Whether the upstream may answer by making the connection something else (RFC 9110 7.8, 9.3.6). */
export function mayUpgrade({ headers }: MessageHead, method: string): boolean {
  return method === 'CONNECT' || headers.has('upgrade')
}
