import { createJobState, type JobState, type Limits } from '../src/transfer/state.ts'
import { transition } from '../src/transfer/transition.ts'
import { exampleEvents } from './example-events.ts'

const mostEntries = 2

/** Small enough for every state to be visited, large enough for every decision to be met. */
const smallLimits: Limits = { concurrency: 2, attempts: 2, retries: 1 }

/**
 * Every state that a job of up to two entries can come to, whatever happens to it in whatever order: the example events
 * tried in every state, those that make no sense there included, until no new state is found.
 */
export function reachableStates(): JobState[] {
  const found = new Map<string, JobState>()
  const waiting: JobState[] = []
  const visit = (state: JobState) => {
    const key = keyOf(state)
    if (found.has(key)) return
    found.set(key, state)
    waiting.push(state)
  }
  for (const verify of [false, true]) visit(createJobState({ verify, limits: smallLimits }))
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    for (const event of exampleEvents) {
      if (event.type === 'plan:added' && state.total.entries >= mostEntries) continue
      visit(transition(state, event).state)
    }
  }
  return [...found.values()]
}

function keyOf(state: JobState): string {
  const inFlight = [...state.inFlight].toSorted(([a], [b]) => a - b)
  return JSON.stringify({ ...state, inFlight })
}
