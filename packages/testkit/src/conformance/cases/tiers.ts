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

export const tierCases = group('tiers', ({ tier, write }) => tier !== undefined && write, [
  ['writes to the tier that is named', writesTo],
  ['moves an entry to another tier', moves],
  ['keeps the bytes of an entry that it moves to its first tier', keepsBytes],
])
