import { createHash } from 'node:crypto'

import type { Entry, JobSpec } from '@gantry/core'
import { planWords, sameRetention } from '@gantry/transfer'

function textOf({ path, size, version, modified, digests }: Entry): string {
  return JSON.stringify([path, size, version, modified, digests])
}

/** Of what is moved, and how: of two equal ones that are retained for as long, the second has nothing to do. */
export function digestOf(spec: JobSpec, entries: readonly Entry[]): Buffer {
  const hash = createHash('sha256')
  hash.update(JSON.stringify(planWords(spec)))
  for (const entry of entries) hash.update(textOf(entry))
  return hash.digest()
}

export interface Plan {
  readonly spec: JobSpec
  readonly entries: readonly Entry[]
}

/**
 * What becomes of a study that waits as one run planned it, and is asked for by another. `waits`: it is moved as it was asked
 * for; `replace`: the newer words count, because they hold all that still waits; `differs`: of what waits the newer run would
 * forget something, so that somebody has to say which of the two is meant.
 */
export function comparePlans(waiting: Plan, asked: Plan): 'waits' | 'replace' | 'differs' {
  const waits = new Set(waiting.entries.map((entry) => textOf(entry)))
  const isSame = sayHow(waiting.spec) === sayHow(asked.spec) && sameRetention(waiting.spec, asked.spec)
  if (isSame && asked.entries.every((entry) => waits.has(textOf(entry)))) return 'waits'
  const paths = new Set(asked.entries.map(({ path }) => path))
  return waiting.entries.every(({ path }) => paths.has(path)) ? 'replace' : 'differs'
}

/** What waits has to keep to the newer pace as well; what is done does not. */
function sayHow(spec: JobSpec): string {
  return JSON.stringify([...planWords(spec), spec.concurrency, spec.bandwidth])
}
