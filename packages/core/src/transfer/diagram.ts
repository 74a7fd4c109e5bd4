import { type Phase, phases } from './phase.ts'
import { createJobState, type JobState, type Tally } from './state.ts'
import { type TransferEventType } from './event.ts'
import { exampleEvents } from './example-events.ts'
import { transition } from './transition.ts'

/** Every change of phase that an event can bring about, found by trying them all. */
export function phaseTable(): { readonly from: Phase; readonly event: TransferEventType; readonly to: Phase }[] {
  const rows = new Map<string, { from: Phase; event: TransferEventType; to: Phase }>()
  for (const from of phases) {
    for (const state of exampleStates(from)) {
      for (const event of exampleEvents) {
        const to = transition(state, event).state.phase
        if (to !== from) rows.set(`${from} ${event.type} ${to}`, { from, event: event.type, to })
      }
    }
  }
  return [...rows.values()]
}

/** The table as a Mermaid state diagram, for the docs. */
export function phaseDiagram(): string {
  const lines = phaseTable().map(({ from, event, to }) => `  ${from} --> ${to}: ${event.replace(':', ' ')}`)
  return ['stateDiagram-v2', '  [*] --> draft', ...lines, '  completed --> [*]', '  cancelled --> [*]', ''].join('\n')
}

/** A few states of every phase that differ in what matters to decisions: what is pending, in flight, failed. */
export function exampleStates(phase: Phase): JobState[] {
  const base: JobState = { ...createJobState(), phase, planned: phase !== 'draft' && phase !== 'planning' }
  const states: JobState[] = [base, { ...base, verify: true, total: tally(1), done: tally(1) }]
  const inFlight = new Map([[1, { bytes: 10, attempt: 1, waiting: false }]])
  states.push({ ...base, total: tally(1), inFlight })
  states.push({ ...base, total: tally(2), inFlight, pending: tally(1) })
  states.push({ ...base, total: tally(2), failed: tally(1), done: tally(1) })
  states.push({ ...base, total: tally(1), pending: tally(1), asked: phase === 'running' ? 1 : 0 })
  states.push({ ...base, total: tally(1), inFlight: new Map([[1, { bytes: 10, attempt: 2, waiting: true }]]) })
  return states
}

function tally(entries: number): Tally {
  return { entries, bytes: entries * 10 }
}
