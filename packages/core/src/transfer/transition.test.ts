import { describe, expect, test } from 'vitest'

import { exampleEvents } from '../../model/example-events.ts'
import { expectedTransitions } from '../../model/expected-transitions.ts'
import { flawsOfState, flawsOfStep } from '../../model/invariants.ts'
import { reachableStates } from '../../model/reachable-states.ts'
import { transitionTable } from '../../model/transition-table.ts'
import { transferEventTypes } from '../../model/transfer-event-types.ts'
import { type Phase, phases } from './phase.ts'
import type { JobState } from './state.ts'
import { transition } from './transition.ts'

const states = reachableStates()

describe('every state with every event', () => {
  test('the examples cover every phase and every type of event', () => {
    expect(new Set(states.map(({ phase }) => phase))).toEqual(new Set(phases))
    expect(new Set(exampleEvents.map(({ type }) => type))).toEqual(new Set(transferEventTypes))
  })

  const table = transitionTable(states)
  for (const phase of phases) {
    test(`${phase}: does what the table of expected transitions says, and nothing else`, () => {
      expect(table[phase]).toEqual(expectedTransitions[phase])
    })
  }

  test('counters add up, and no state waits for nothing', () => {
    expect(collect(states, flawsOfState)).toEqual({})
  })

  test('effects make sense in the state that asks for them', () => {
    expect(collect(states, flawsOfSteps)).toEqual({})
  })

  test('a step leaves the state that it starts from as it is', () => {
    for (const state of states) {
      const before = structuredClone(state)
      for (const event of exampleEvents) transition(state, event)
      expect(state).toEqual(before)
    }
  })

  test('to recover a second time changes nothing more', () => {
    for (const state of states) {
      const once = transition(state, { type: 'job:recover' })
      expect(transition(once.state, { type: 'job:recover' })).toEqual({ ...once })
    }
  })
})

/** The flaws found, each with the first state that has it, for a message that can be read. */
function collect(found: readonly JobState[], flawsOf: (state: JobState) => readonly string[]) {
  const flaws: { [flaw: string]: { readonly phase: Phase } } = {}
  for (const state of found) for (const flaw of flawsOf(state)) flaws[flaw] ??= state
  return flaws
}

function flawsOfSteps(state: JobState): string[] {
  return exampleEvents.flatMap((event) =>
    flawsOfStep(state, event, transition(state, event)).map((flaw) => `${event.type} ${flaw}`),
  )
}
