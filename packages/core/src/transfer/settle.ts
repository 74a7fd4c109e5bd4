import type { ErrorCode } from '../errors/error-code.ts'
import type { TransferEffect } from './effect.ts'
import type { TransferEvent } from './event.ts'
import { type JobState, noTally, type Task } from './state.ts'

/** What an event leads to: the state after it, and what is asked of the runner, in that order. */
export interface Transition {
  readonly state: JobState
  readonly effects: readonly TransferEffect[]
}

/** What one type of event does. */
export type Handler<Type extends TransferEvent['type']> = (
  state: JobState,
  event: Extract<TransferEvent, { type: Type }>,
) => Transition

/** Nothing changes: the event means nothing here. */
export function stay(state: JobState): Transition {
  return { state, effects: [] }
}

/** Begins what the phase calls for: fills free slots, or ends the phase when nothing is left in it. */
export function settle(state: JobState, effects: readonly TransferEffect[] = []): Transition {
  // A planner or verifier that has yet to stop still writes to the journal that the next step would read.
  if (state.task !== undefined) return { state, effects }
  switch (state.phase) {
    case 'planning':
      // A plan that was not finished is made anew: half a list is no plan.
      return begin({ ...state, sized: true, total: noTally, pending: noTally }, 'plan', effects)
    case 'running':
      return fill(state, effects)
    case 'verifying':
      return begin(state, 'verify', effects)
    case 'cancelling':
      return isBusy(state) ? { state, effects } : begin(state, 'clean', effects)
    case 'paused':
    case 'failed':
      return isBusy(state) ? { state, effects } : end(state, state.phase, effects)
    default:
      return { state, effects }
  }
}

/** Takes a job to a phase of rest; `paused` and the like are reached when all that runs has answered. */
export function halt(state: JobState, phase: 'paused' | 'failed' | 'cancelling'): Transition {
  const task = state.task && { ...state.task, stopped: true }
  return settle({ ...state, phase, task }, [{ type: 'stop' }])
}

/** Ends a job that cannot go on as it is; what it did stays, and it can be resumed. */
export function fail(state: JobState, code: ErrorCode): Transition {
  return halt({ ...state, failure: code }, 'failed')
}

/** A phase of rest, of which the owner is told. */
export function end(
  state: JobState,
  phase: Extract<TransferEffect, { type: 'ended' }>['phase'],
  effects: readonly TransferEffect[] = [],
): Transition {
  return { state: { ...state, phase }, effects: [...effects, { type: 'ended', phase }] }
}

function begin(state: JobState, type: Task['type'], effects: readonly TransferEffect[]): Transition {
  return { state: { ...state, task: { type, stopped: false } }, effects: [...effects, { type }] }
}

function fill(state: JobState, effects: readonly TransferEffect[]): Transition {
  // One question at a time, because an answer does not say which question it answers.
  const free = state.asked > 0 ? 0 : state.limits.concurrency - state.inFlight.size
  const count = Math.min(free, state.pending.entries)
  if (count > 0) return { state: { ...state, asked: count }, effects: [...effects, { type: 'take', count }] }
  if (isBusy(state)) return { state, effects }
  if (state.verify && state.done.entries + state.skipped.entries > 0)
    return settle({ ...state, phase: 'verifying' }, effects)
  return end(state, 'completed', effects)
}

function isBusy(state: JobState): boolean {
  return state.inFlight.size > 0 || state.asked > 0
}
