import assert from 'node:assert/strict'

import type { Bench } from '../bench.ts'
import { contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'

const content = contentOf(1, 1000)

function tiersOf({ abilities }: Bench): readonly string[] {
  const tiers = abilities.tier?.tiers ?? []
  assert.ok(tiers.length > 0, 'the ability names its tiers')
  return tiers
}

function isFrozen({ abilities }: Bench, tier: string): boolean {
  return abilities.tier?.frozen?.includes(tier) === true
}

async function writesTo(bench: Bench): Promise<void> {
  for (const tier of tiersOf(bench)) {
    await bench.put('entry', content, { tier })
    assert.equal((await bench.store.stat('entry')).tier, tier)
  }
}

async function moves(bench: Bench): Promise<void> {
  await bench.put('entry', content)
  for (const tier of tiersOf(bench)) {
    const moved = await bench.store.setTier('entry', tier)
    assert.equal(moved.tier, tier)
    assert.equal(moved.size, content.length)
    assert.equal((await bench.store.stat('entry')).tier, tier)
    // What is frozen has to be thawed before it can be moved on.
    if (isFrozen(bench, tier)) await bench.put('entry', content)
  }
  await failsWith(bench.store.setTier('nothing', tiersOf(bench)[0] ?? ''), 'not_found')
  await failsWith(bench.store.setTier('entry', 'NO_SUCH_TIER'), 'invalid')
}

async function keepsBytes(bench: Bench): Promise<void> {
  const tier = tiersOf(bench)[0] ?? ''
  await bench.put('entry', content)
  await bench.store.setTier('entry', tier)
  sameBytes(await bench.get('entry'), content, 'the entry in its tier')
}

/** How long it takes is the storage's affair: here, only that asking again asks for nothing twice. */
async function thaws(bench: Bench): Promise<void> {
  const { tiers, words = {}, frozen = [] } = bench.abilities.tier ?? { tiers: [] }
  for (const tier of [...frozen, ...Object.values(words)]) assert.ok(tiers.includes(tier), 'it is one of its tiers')
  for (const tier of tiers) {
    await bench.put('entry', content, { tier })
    for (let round = 0; round < 2; round += 1) {
      const { ready } = await bench.store.thaw('entry', { days: 1 })
      if (!isFrozen(bench, tier)) assert.equal(ready, true, 'what is not frozen can be read')
    }
  }
  await failsWith(bench.store.thaw('entry', { days: 0 }), 'invalid')
}

export const tierCases = group('tiers', ({ tier, write }) => tier !== undefined && write, [
  ['writes to the tier that is named', writesTo],
  ['moves an entry to another tier', moves],
  ['thaws what is frozen, and leaves alone what is not', thaws],
  ['keeps the bytes of an entry that it moves to its first tier', keepsBytes],
])
