import type { TransferEvent } from './event.ts'
import { add, type JobState, noTally, subtract, type Task } from './state.ts'
import { end, fail, halt, type Handler, settle, stay, type Transition } from './settle.ts'

type JobEventType = Exclude<TransferEvent['type'], `entry:${string}` | `entries:${string}` | 'limit:changed'>

/** What the owner asks, and what planning, verifying and cleaning answer. */
export const jobHandlers: { readonly [Type in JobEventType]: Handler<Type> } = {
  'job:plan': (state) => (state.phase === 'draft' ? settle({ ...state, phase: 'planning' }) : stay(state)),

  'job:start': (state) => (state.phase === 'ready' ? settle({ ...state, phase: 'running' }) : stay(state)),

  'job:pause': (state) =>
    state.phase === 'planning' || state.phase === 'running' || state.phase === 'verifying'
      ? halt(state, 'paused')
      : stay(state),

  'job:resume'(state) {
    // A job that an earlier process was cancelling goes on with that.
    if (state.phase === 'cancelling') return settle(state)
    return state.phase === 'paused' || state.phase === 'failed' ? goOn(state) : stay(state)
  },

  'job:cancel'(state) {
    if (state.phase === 'cancelled' || state.phase === 'completed') return stay(state)
    return state.phase === 'cancelling' ? settle(state) : halt(state, 'cancelling')
  },

  'job:retry'(state) {
    if (state.phase !== 'completed' && state.phase !== 'failed' && state.phase !== 'paused') return stay(state)
    if (state.failed.entries === 0) return state.phase === 'completed' ? stay(state) : goOn(state)
    const { entries, bytes } = state.failed
    const reopened = { ...state, failed: noTally, pending: add(state.pending, bytes, entries), retries: 0 }
    return goOn(reopened, [{ type: 'reopen' }])
  },

  'job:recover'(state) {
    let { pending } = state
    for (const { bytes, entries } of state.inFlight.values()) pending = add(pending, bytes, entries)
    const rest: JobState = { ...state, pending, inFlight: new Map(), asked: 0, task: undefined }
    switch (state.phase) {
      case 'planning':
        return stay(
          state.planned
            ? { ...rest, phase: 'ready' }
            : { ...rest, phase: 'draft', sized: true, total: noTally, pending: noTally },
        )
      case 'running':
      case 'verifying':
        return stay({ ...rest, phase: 'paused' })
      case 'completed':
        // Its failed entries were reopened, and then the process was gone.
        return stay(pending.entries > 0 ? { ...rest, phase: 'paused' } : rest)
      case 'cancelling':
        return settle(rest)
      default:
        return stay(rest)
    }
  },

  'plan:added'(state, { added, unsized = false }) {
    if (state.task?.type !== 'plan' || state.task.stopped) return stay(state)
    const { entries, bytes } = added
    const total = add(state.total, bytes, entries)
    return stay({ ...state, total, pending: add(state.pending, bytes, entries), sized: state.sized && !unsized })
  },

  'plan:done': (state) => answered(state, 'plan', (rest) => end({ ...rest, planned: true }, 'ready')),

  'plan:failed': (state, { code }) => answered(state, 'plan', (rest) => fail(rest, code)),

  'verify:mismatch'(state, { bytes, verified, skipped = false }) {
    // Counted also from a verifier that was told to stop: its journal has it.
    if (state.task?.type !== 'verify') return stay(state)
    const from = skipped ? 'skipped' : 'done'
    if (state[from].entries === 0) return stay(state)
    const counted = Math.min(bytes, state[from].bytes)
    const rest: JobState = { ...state, [from]: subtract(state[from], counted), failed: add(state.failed, counted) }
    const unverified = Math.max(0, state.unverified - (verified || skipped ? 0 : 1))
    return stay({ ...rest, unverified: Math.min(rest.done.entries, unverified) })
  },

  'verify:checked'(state, { unverified }) {
    if (state.task?.type !== 'verify') return stay(state)
    const checked = { ...state, unverified: Math.min(unverified, state.done.entries) }
    return answered(checked, 'verify', (rest) => end(rest, 'completed'))
  },

  'verify:failed': (state, { code }) => answered(state, 'verify', (rest) => fail(rest, code)),

  'job:cleaned': (state) => answered(state, 'clean', (rest) => end(rest, 'cancelled')),
}

/** The end of a task: its outcome, or, when it was told to stop, whatever waited for that. */
function answered(state: JobState, type: Task['type'], outcome: (rest: JobState) => Transition): Transition {
  if (state.task?.type !== type) return stay(state)
  const rest = { ...state, task: undefined }
  return state.task.stopped ? settle(rest) : outcome(rest)
}

/** Back to where it stood: planning if there is no plan yet, else running. */
function goOn(state: JobState, effects: Transition['effects'] = []): Transition {
  const { failure: _, ...rest } = state
  return settle({ ...rest, phase: state.planned ? 'running' : 'planning' }, effects)
}
