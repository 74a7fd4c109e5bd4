/* oxlint-disable vitest/valid-title, vitest/expect-expect -- titles and assertions are those of the cases */
import type { Abilities } from '@gantry/core/driver'
import { describe, test } from 'vitest'

import type { ConformanceCase } from './conformance-case.ts'
import { conformanceCases } from './conformance-cases.ts'
import { runCase } from './run-case.ts'
import { openHarness, type OpenHarness } from './store-harness.ts'

export interface DescribeStoreOptions {
  readonly name: string
  /** Called for every test: a fresh, empty store each time, e.g. below a prefix of its own. */
  readonly open: OpenHarness
  /** What the store declares; default: asked of a store that is opened for it. */
  readonly abilities?: Abilities | undefined
  /** Tests that this store cannot pass, by name, and why: they are counted as skipped. */
  readonly skip?: { readonly [name: string]: string } | undefined
  /** Milliseconds for one test; default: 60,000, because a distant store is slow. */
  readonly timeout?: number | undefined
}

/** Registers, with vitest, a test for every promise that a store of these abilities makes. */
export function describeStore(options: DescribeStoreOptions): void {
  const { name, open, skip = {}, timeout = 60_000 } = options
  describe(name, async () => {
    const abilities = options.abilities ?? (await abilitiesOf(open))
    const cases = conformanceCases(abilities)
    const unknown = Object.keys(skip).filter((sentence) => cases.every((one) => one.name !== sentence))
    if (unknown.length > 0) throw new Error(`No such tests, so they cannot be skipped: ${unknown.join('; ')}.`)
    for (const [group, members] of Map.groupBy(cases, (one) => one.group)) {
      describe(group, () => {
        for (const one of members) register(one, open, skip[one.name], timeout)
      })
    }
  })
}

function register(one: ConformanceCase, open: OpenHarness, reason: string | undefined, timeout: number): void {
  test(one.name, { timeout }, async (context) => {
    const skipped = reason ?? (await runCase(one, open))
    if (skipped !== undefined) context.skip(skipped)
  })
}

async function abilitiesOf(open: OpenHarness): Promise<Abilities> {
  const { driver, close } = await openHarness(open)
  const { abilities } = driver
  await driver.close?.()
  await close?.()
  return abilities
}
