import type { TransferEffect } from './effect.ts'
import { concernsAll } from './concerns-all.ts'
import type { TransferEvent } from './event.ts'
import { add, type InFlight, type JobState, subtract } from './state.ts'
import { fail, type Handler, settle, stay } from './settle.ts'

type EntryEventType = Extract<TransferEvent['type'], `entry:${string}` | `entries:${string}` | 'limit:changed'>

/** What becomes of entries, and of units of several. */
export const entryHandlers: { readonly [Type in EntryEventType]: Handler<Type> } = {
  'entries:taken'(state, { entries }) {
    if (state.asked === 0) return stay(state)
    const inFlight = new Map(state.inFlight)
    let { pending } = state
    const effects: TransferEffect[] = []
    for (const { id, bytes, attempt, entries: count = 1 } of entries.slice(0, state.asked)) {
      if (inFlight.has(id) || count > pending.entries) continue
      inFlight.set(id, { entries: count, bytes, attempt, waiting: false })
      pending = subtract(pending, bytes, count)
      effects.push({ type: 'transfer', id, attempt })
    }
    const taken: JobState = { ...state, inFlight, pending, asked: 0 }
    if (effects.length > 0) return settle(taken, stopUnlessRunning(state, effects))
    // Pending entries that the journal does not have would be waited for without end.
    return state.phase === 'running' ? fail(taken, 'internal') : settle(taken)
  },

  'entries:settled'(state, { id, done, skipped, failed, unverified, left }) {
    const unit = state.inFlight.get(id)
    const settled = done.entries + skipped.entries + failed.entries
    // Told before, or about another unit than there is.
    if (unit === undefined || settled === 0 || unit.entries - settled !== left.entries) return stay(state)
    const planned = unit.bytes - left.bytes
    const learned = done.bytes + skipped.bytes + failed.bytes - planned
    const inFlight = new Map(state.inFlight)
    if (left.entries === 0) inFlight.delete(id)
    // A unit that gets somewhere is not given up for what goes wrong with the rest of it.
    else inFlight.set(id, { ...unit, ...left, attempt: done.entries > 0 && !unit.waiting ? 1 : unit.attempt })
    return settle({
      ...state,
      inFlight,
      total: add(state.total, learned, 0),
      done: add(state.done, done.bytes, done.entries),
      skipped: add(state.skipped, skipped.bytes, skipped.entries),
      failed: add(state.failed, failed.bytes, failed.entries),
      unverified: state.unverified + unverified,
    })
  },

  'entry:due'(state, { id }) {
    const entry = state.inFlight.get(id)
    if (entry === undefined || !entry.waiting) return stay(state)
    const inFlight = new Map(state.inFlight).set(id, { ...entry, waiting: false })
    const effects = stopUnlessRunning(state, [{ type: 'transfer', id, attempt: entry.attempt }])
    return { state: { ...state, inFlight }, effects }
  },

  'entry:done'(state, { id, verified, bytes: learned }) {
    return leave(state, id, (rest, { bytes, entries }) => ({
      ...rest,
      total: add(rest.total, (learned ?? bytes) - bytes, 0),
      done: add(rest.done, learned ?? bytes, entries),
      unverified: rest.unverified + (verified ? 0 : entries),
    }))
  },

  'entry:skipped'(state, { id, bytes: learned }) {
    return leave(state, id, (rest, { bytes, entries }) => ({
      ...rest,
      total: add(rest.total, (learned ?? bytes) - bytes, 0),
      skipped: add(rest.skipped, learned ?? bytes, entries),
    }))
  },

  'entry:released'(state, { id }) {
    return leave(state, id, (rest, { bytes, entries }) => ({ ...rest, pending: add(rest.pending, bytes, entries) }))
  },

  'entry:failed'(state, event) {
    const { id, code, side } = event
    const entry = state.inFlight.get(id)
    if (entry === undefined || entry.waiting) return stay(state)
    if (concernsAll(code, side) && state.phase === 'running') {
      // Nothing else would fare better: stop here, and lose nothing of what can be resumed.
      const inFlight = without(state.inFlight, id)
      return fail({ ...state, inFlight, pending: add(state.pending, entry.bytes, entry.entries) }, code)
    }
    if (state.phase === 'running' && event.retryable && mayRetry(state, entry, event.onceMore)) {
      const attempt = entry.attempt + 1
      const inFlight = new Map(state.inFlight).set(id, { ...entry, attempt, waiting: true })
      const { retryAfter } = event
      const wait: TransferEffect =
        retryAfter === undefined ? { type: 'wait', id, attempt } : { type: 'wait', id, attempt, retryAfter }
      return { state: { ...state, inFlight, retries: state.retries + 1 }, effects: [wait] }
    }
    if (state.phase !== 'running' && (event.retryable || concernsAll(code, side))) {
      return leave(state, id, (rest, { bytes, entries }) => ({ ...rest, pending: add(rest.pending, bytes, entries) }))
    }
    return leave(state, id, (rest, { bytes, entries }) => ({ ...rest, failed: add(rest.failed, bytes, entries) }))
  },

  'limit:changed'(state, { concurrency }) {
    if (!Number.isInteger(concurrency) || concurrency < 1) return stay(state)
    const changed = { ...state, limits: { ...state.limits, concurrency } }
    return state.phase === 'running' ? settle(changed) : stay(changed)
  },
}

/** What was on its way when the job was stopped is stopped too, so that it answers `entry:released` as the rest does. */
function stopUnlessRunning(state: JobState, effects: readonly TransferEffect[]): readonly TransferEffect[] {
  return state.phase === 'running' ? effects : [...effects, { type: 'stop' }]
}

function mayRetry({ limits, retries }: JobState, { attempt }: InFlight, onceMore = false): boolean {
  return (onceMore || attempt < limits.attempts) && retries < limits.retries
}

function leave(state: JobState, id: number, count: (rest: JobState, entry: InFlight) => JobState) {
  const entry = state.inFlight.get(id)
  if (entry === undefined) return stay(state)
  return settle(count({ ...state, inFlight: without(state.inFlight, id) }, entry))
}

function without(inFlight: ReadonlyMap<number, InFlight>, id: number): ReadonlyMap<number, InFlight> {
  const rest = new Map(inFlight)
  rest.delete(id)
  return rest
}
