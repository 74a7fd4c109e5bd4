import type { TransferEvent } from './event.ts'
import { entryHandlers } from './transition-entries.ts'
import { jobHandlers } from './transition-job.ts'
import type { Handler, Transition } from './settle.ts'
import type { JobState } from './state.ts'

type Handlers = { readonly [Type in TransferEvent['type']]: Handler<Type> }

const handlers: Handlers = { ...jobHandlers, ...entryHandlers }

/**
 * The only place that decides what a transfer does next. Pure and total: every event is accepted in every state, and
 * one that means nothing there (a late answer, a second click) changes nothing.
 */
export function transition(state: JobState, event: TransferEvent): Transition {
  const handle = handlers[event.type] as Handler<TransferEvent['type']>
  return handle(state, event)
}
