import type { Abilities } from '@gantry/core/driver'

import type { Bench } from './bench.ts'
import type { HarnessHook } from './store-harness.ts'

/** One promise of the contract, and the check that it is kept. */
export interface ConformanceCase {
  readonly group: string
  /** A plain sentence; the same for every store. */
  readonly name: string
  /** What the harness must offer; without it the case is skipped, by name. */
  readonly needs?: HarnessHook
  /** An environment variable that must be set, because the case moves much. */
  readonly gate?: string
  /** Throws when the promise is broken; answers why, when there is nothing to check. */
  readonly check: (bench: Bench) => Promise<string | undefined | void>
}

/** The cases of a group that the declared abilities call for. */
export type CaseGroup = (abilities: Abilities) => readonly ConformanceCase[]

type Check = ConformanceCase['check']
type Condition = Pick<ConformanceCase, 'needs' | 'gate'>

/** Writes a group as a list of sentences and checks. */
export function group(
  name: string,
  applies: (abilities: Abilities) => boolean,
  cases: readonly (readonly [name: string, check: Check, condition?: Condition])[],
): CaseGroup {
  const made = cases.map(([sentence, check, condition]) => ({ group: name, name: sentence, check, ...condition }))
  return (abilities) => (applies(abilities) ? made : [])
}
