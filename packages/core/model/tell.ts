import type { TransferEffect } from '../src/transfer/effect.ts'
import type { TransferEvent } from '../src/transfer/event.ts'
import { createJobState, type JobState, type Limits } from '../src/transfer/state.ts'
import { transition } from '../src/transfer/transition.ts'

/** Tells a job one event after another: the state it comes to, and all that it asked for on the way. */
export function tell(
  state: JobState,
  ...events: readonly TransferEvent[]
): { state: JobState; effects: TransferEffect[] } {
  const effects: TransferEffect[] = []
  let now = state
  for (const event of events) {
    const after = transition(now, event)
    now = after.state
    effects.push(...after.effects)
  }
  return { state: now, effects }
}

/** A job of `entries` entries, of ten bytes each, that is planned and started. */
export function started(entries: number, options: { verify?: boolean; limits?: Partial<Limits> } = {}): JobState {
  const added = { entries, bytes: entries * 10 }
  const plan: TransferEvent[] = [{ type: 'job:plan' }, { type: 'plan:added', added }, { type: 'plan:done' }]
  return tell(createJobState(options), ...plan, { type: 'job:start' }).state
}

/** Entries, as a journal hands them over. */
export function taken(...ids: readonly number[]): TransferEvent {
  return { type: 'entries:taken', entries: ids.map((id) => ({ id, bytes: 10, attempt: 1 })) }
}
