import type { ErrorCode } from '../errors/error-code.ts'
import type { TransferEffect } from './effect.ts'
import type { TransferEvent } from './event.ts'
import type { JobState } from './state.ts'

export interface Transition {
  readonly state: JobState
  readonly effects: readonly TransferEffect[]
}

export type Handler<Type extends TransferEvent['type']> = (
  state: JobState,
  event: Extract<TransferEvent, { type: Type }>,
) => Transition

export function stay(state: JobState): Transition {
  return { state, effects: [] }
}

/** Fills free slots, or ends the phase when nothing is left in it. */
export function settle(state: JobState, effects: readonly TransferEffect[] = []): Transition {
  if (state.phase === 'running') {
    const free = state.limits.concurrency - state.inFlight.size - state.asked
    const count = Math.min(free, state.pending.entries - state.asked)
    if (count > 0)
      return { state: { ...state, asked: state.asked + count }, effects: [...effects, { type: 'take', count }] }
    if (state.inFlight.size > 0 || state.asked > 0) return { state, effects }
    if (state.verify && state.done.entries > 0) {
      return { state: { ...state, phase: 'verifying' }, effects: [...effects, { type: 'verify' }] }
    }
    return end(state, 'completed', effects)
  }
  if (state.inFlight.size > 0 || state.asked > 0) return { state, effects }
  if (state.phase === 'cancelling') return { state, effects: [...effects, { type: 'clean' }] }
  if (state.phase === 'paused' || state.phase === 'failed') {
    return { state, effects: [...effects, { type: 'ended', phase: state.phase }] }
  }
  return { state, effects }
}

export function end(
  state: JobState,
  phase: 'completed' | 'cancelled',
  effects: readonly TransferEffect[] = [],
): Transition {
  return { state: { ...state, phase }, effects: [...effects, { type: 'ended', phase }] }
}

/** Ends a job that cannot go on as it is; what it did stays, and it can be resumed. */
export function fail(state: JobState, code: ErrorCode): Transition {
  return settle({ ...state, phase: 'failed', failure: code }, [{ type: 'stop' }])
}
