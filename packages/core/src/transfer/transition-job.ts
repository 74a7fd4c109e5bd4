import type { TransferEvent } from './event.ts'
import { add, type JobState, noTally, subtract } from './state.ts'
import { end, fail, type Handler, settle, stay, type Transition } from './settle.ts'

type JobEventType = Exclude<TransferEvent['type'], `entry:${string}` | `entries:${string}` | 'limit:changed'>

/** What the owner asks, and what planning, verifying and cleaning answer. */
export const jobHandlers: { readonly [Type in JobEventType]: Handler<Type> } = {
  'job:plan': (state) =>
    state.phase === 'draft' ? { state: { ...state, phase: 'planning' }, effects: [{ type: 'plan' }] } : stay(state),

  'job:start': (state) => (state.phase === 'ready' ? settle({ ...state, phase: 'running' }) : stay(state)),

  'job:pause'(state) {
    if (state.phase === 'planning') {
      // A plan that was not finished is made anew: half a list is no plan.
      return { state: { ...state, phase: 'paused' }, effects: [{ type: 'stop' }, { type: 'ended', phase: 'paused' }] }
    }
    if (state.phase === 'running') return settle({ ...state, phase: 'paused' }, [{ type: 'stop' }])
    if (state.phase === 'verifying') {
      return { state: { ...state, phase: 'paused' }, effects: [{ type: 'stop' }, { type: 'ended', phase: 'paused' }] }
    }
    return stay(state)
  },

  'job:resume': (state) => (state.phase === 'paused' || state.phase === 'failed' ? goOn(state) : stay(state)),

  'job:cancel'(state) {
    if (state.phase === 'cancelled' || state.phase === 'cancelling' || state.phase === 'completed') return stay(state)
    return settle({ ...state, phase: 'cancelling' }, [{ type: 'stop' }])
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
    for (const { bytes } of state.inFlight.values()) pending = add(pending, bytes)
    const rest: JobState = { ...state, pending, inFlight: new Map(), asked: 0 }
    if (state.phase === 'planning') {
      return stay({ ...rest, phase: 'draft', total: noTally, pending: noTally })
    }
    if (state.phase === 'running' || state.phase === 'verifying') return stay({ ...rest, phase: 'paused' })
    if (state.phase === 'cancelling') return { state: rest, effects: [{ type: 'clean' }] }
    return stay(rest)
  },

  'plan:added'(state, { added }) {
    if (state.phase !== 'planning') return stay(state)
    const { entries, bytes } = added
    return stay({ ...state, total: add(state.total, bytes, entries), pending: add(state.pending, bytes, entries) })
  },

  'plan:done': (state) =>
    state.phase === 'planning'
      ? { state: { ...state, phase: 'ready', planned: true }, effects: [{ type: 'ended', phase: 'ready' }] }
      : stay(state),

  'plan:failed': (state, { code }) => (state.phase === 'planning' ? fail(state, code) : stay(state)),

  'verify:mismatch'(state, { bytes, verified }) {
    if (state.phase !== 'verifying' || state.done.entries === 0) return stay(state)
    return stay({
      ...state,
      done: subtract(state.done, bytes),
      failed: add(state.failed, bytes),
      unverified: state.unverified - (verified ? 0 : 1),
    })
  },

  'verify:checked': (state, { unverified }) =>
    state.phase === 'verifying'
      ? end({ ...state, unverified: Math.min(unverified, state.done.entries) }, 'completed')
      : stay(state),

  'verify:failed': (state, { code }) => (state.phase === 'verifying' ? fail(state, code) : stay(state)),

  'job:cleaned': (state) =>
    state.phase === 'cancelling' && state.inFlight.size === 0 && state.asked === 0
      ? end(state, 'cancelled')
      : stay(state),
}

/** Back to where it stood: planning if there is no plan yet, else running. */
function goOn(state: JobState, effects: Transition['effects'] = []): Transition {
  const { failure: _, ...rest } = state
  if (!state.planned) {
    const fresh = { ...rest, phase: 'planning', total: noTally, pending: noTally } as const
    return { state: fresh, effects: [...effects, { type: 'plan' }] }
  }
  return settle({ ...rest, phase: 'running' }, effects)
}
