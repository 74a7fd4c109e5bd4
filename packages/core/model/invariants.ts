import type { TransferEvent } from '../src/transfer/event.ts'
import { restingPhases } from '../src/transfer/phase.ts'
import type { Transition } from '../src/transfer/settle.ts'
import { add, type JobState, noTally, type Tally } from '../src/transfer/state.ts'

/** What is wrong with a state, whatever led to it; empty where nothing is. */
export function flawsOfState(state: JobState): string[] {
  const { total, pending, done, skipped, failed, inFlight, limits } = state
  const moving = [...inFlight.values()].reduce((sum, { bytes, entries }) => add(sum, bytes, entries), noTally)
  const sum = (key: keyof Tally) => [pending, moving, done, skipped, failed].reduce((all, tally) => all + tally[key], 0)
  const counts = [total, pending, done, skipped, failed].flatMap(({ entries, bytes }) => [entries, bytes])
  return listOf({
    'entries do not add up': total.entries !== sum('entries'),
    'bytes do not add up': total.bytes !== sum('bytes'),
    'a counter is no natural number': [...counts, state.asked, state.retries].some(
      (n) => !Number.isSafeInteger(n) || n < 0,
    ),
    'a unit of nothing': [...inFlight.values()].some(({ entries }) => entries < 1),
    'more unverified than done': state.unverified < 0 || state.unverified > done.entries,
    'more asked for than pending': state.asked > pending.entries,
    'more retries than the budget': state.retries > limits.retries,
    'an entry waits for an attempt that it may not have': [...inFlight.values()].some(
      ({ waiting, attempt }) => waiting && attempt > limits.attempts,
    ),
    'runs without a plan': state.phase === 'running' && !state.planned,
    'waits for nothing, for ever': !restingPhases.has(state.phase) && isIdle(state),
    'plans, verifies or cleans while entries move': state.task !== undefined && !isIdle({ ...state, task: undefined }),
  })
}

/** What is wrong with a step from one state to the next, with what it asks for. */
export function flawsOfStep(before: JobState, event: TransferEvent, { state, effects }: Transition): string[] {
  const types = effects.map(({ type }) => type)
  const moved = before.phase !== state.phase || isIdle(before) !== isIdle(state)
  // A process that finds a job has nobody to tell that it rests.
  const rests =
    event.type !== 'job:recover' && moved && restingPhases.has(state.phase) && isIdle(state) && state.phase !== 'draft'
  const ended = effects.filter((effect) => effect.type === 'ended')
  const transfers = effects.filter((effect) => effect.type === 'transfer' || effect.type === 'wait')
  const take = effects.find((effect) => effect.type === 'take')
  return listOf({
    'an effect twice': types.some(
      (type, index) => !['transfer', 'wait'].includes(type) && types.indexOf(type) !== index,
    ),
    'two waits or transfers of one entry': new Set(transfers.map(({ id }) => id)).size !== transfers.length,
    'transfers or waits for an entry that is not in flight': transfers.some(({ id, type, attempt }) => {
      const entry = state.inFlight.get(id)
      return entry === undefined || entry.attempt !== attempt || entry.waiting !== (type === 'wait')
    }),
    'takes nothing': take?.count === 0,
    'asks before it was answered': take !== undefined && before.asked > 0 && event.type !== 'entries:taken',
    'takes more than the limit': take !== undefined && state.inFlight.size + state.asked > state.limits.concurrency,
    'begins to move entries that no one is going to stop':
      transfers.some(({ type }) => type === 'transfer') && state.phase !== 'running' && types.at(-1) !== 'stop',
    'begins a second task': ['plan', 'verify', 'clean'].some(
      (type) => types.includes(type as 'plan') && (state.task?.type !== type || state.task.stopped),
    ),
    'rests in silence, or says so twice': ended.length !== (rests ? 1 : 0),
    'says that it rests as what it is not': ended.some(({ phase }) => phase !== state.phase),
  })
}

function isIdle({ inFlight, asked, task }: JobState): boolean {
  return inFlight.size === 0 && asked === 0 && task === undefined
}

function listOf(flaws: { readonly [flaw: string]: boolean }): string[] {
  return Object.entries(flaws).flatMap(([flaw, found]) => (found ? [flaw] : []))
}
