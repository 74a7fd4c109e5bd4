import type { TransferEvent, TransferEventType } from '../src/transfer/event.ts'
import { transferEventTypes } from './transfer-event-types.ts'
import { type Phase, phases } from '../src/transfer/phase.ts'
import type { JobState } from '../src/transfer/state.ts'
import { transition } from '../src/transfer/transition.ts'
import { exampleEvents } from './example-events.ts'

/**
 * What an event brings about in a phase: `running: take` is the phase after it and the effects asked for. Several,
 * where counters decide among them; none, where the event changes nothing.
 */
export type TransitionTable = {
  readonly [From in Phase]?: { readonly [Type in TransferEventType]?: readonly string[] }
}

/** The table of the machine as it is, found by trying every event in every one of `states`. */
export function transitionTable(states: readonly JobState[]): TransitionTable {
  const rows = phases.map((phase) => {
    const inPhase = states.filter((state) => state.phase === phase)
    const cells = transferEventTypes.map((type) => {
      const events = exampleEvents.filter((event) => event.type === type)
      return [type, outcomes(inPhase, events)] as const
    })
    return [phase, Object.fromEntries(cells.filter(([, found]) => found.length > 0))] as const
  })
  return Object.fromEntries(rows)
}

function outcomes(states: readonly JobState[], events: readonly TransferEvent[]): string[] {
  const found = new Set<string>()
  for (const state of states) {
    for (const event of events) {
      const after = transition(state, event)
      if (after.state === state && after.effects.length === 0) continue
      const effects = [...new Set(after.effects.map(({ type }) => type))]
      found.add(effects.length === 0 ? after.state.phase : `${after.state.phase}: ${effects.join(', ')}`)
    }
  }
  return [...found].toSorted()
}
