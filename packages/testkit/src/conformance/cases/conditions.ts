import assert from 'node:assert/strict'

import { isGantryError } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { borrowedBody, contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'

const first = contentOf(1, 70_000)
const second = contentOf(2, 70_000)

async function onlyIfAbsent(bench: Bench): Promise<void> {
  await bench.put('entry', first, { ifAbsent: true })
  await failsWith(bench.put('entry', second, { ifAbsent: true }), 'already_exists')
  sameBytes(await bench.get('entry'), first, 'the first')
  assert.deepEqual(await bench.paths(), ['entry'])
  await bench.store.remove('entry')
  await bench.put('entry', second, { ifAbsent: true })
  sameBytes(await bench.get('entry'), second, 'the second, once the first is gone')
}

async function onlyOverVersion(bench: Bench): Promise<void> {
  const { version } = await bench.put('entry', first)
  assert.ok(version !== undefined, 'conditions need versions')
  await bench.put('entry', second, { ifVersion: version })
  sameBytes(await bench.get('entry'), second, 'the second')
  await failsWith(bench.put('entry', first, { ifVersion: version }), 'precondition_failed')
  sameBytes(await bench.get('entry'), second, 'the second, still')
  await failsWith(bench.put('absent', first, { ifVersion: version }), 'precondition_failed', 'not_found')
  assert.deepEqual(await bench.paths(), ['entry'])
}

/** Sixteen writers, of two drivers where there are two; exactly one must win, and what it wrote must be there. */
async function race(bench: Bench, condition: { ifAbsent: true } | { ifVersion: string }): Promise<void> {
  const stores = [bench.store, await bench.another()]
  const writers = Array.from({ length: 16 }, (_, index) => contentOf(index + 10, 20_000 + index))
  const results = await Promise.allSettled(
    writers.map(async (content, index) => {
      const store = stores[index % 2] ?? bench.store
      return await store.write({ path: 'entry', size: content.length, ...condition }, borrowedBody(content))
    }),
  )
  const winners = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []))
  assert.equal(winners.length, 1, 'how many of sixteen writers won')
  sameBytes(await bench.get('entry'), writers[winners[0] as number] as Uint8Array, 'what the winner wrote')
  const expected = 'ifAbsent' in condition ? 'already_exists' : 'precondition_failed'
  for (const result of results) {
    if (result.status === 'fulfilled') continue
    const error: unknown = result.reason
    assert.ok(isGantryError(error), String(error))
    // A store may also tell a loser to try again: then the answer comes with the next attempt.
    assert.ok(error.code === expected || error.retryable, `a loser hears ${error.code}`)
  }
}

async function raceToBeFirst(bench: Bench): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await race(bench, { ifAbsent: true })
    await bench.store.remove('entry')
  }
}

async function raceToReplace(bench: Bench): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const { version } = await bench.put('entry', first)
    assert.ok(version !== undefined)
    await race(bench, { ifVersion: version })
  }
}

async function refused(bench: Bench): Promise<void> {
  await failsWith(bench.put('entry', first, { ifAbsent: true }), 'unsupported')
  await failsWith(bench.put('entry', first, { ifVersion: 'x' }), 'unsupported')
  assert.deepEqual(await bench.paths(), [])
}

export const conditionCases = group('conditional writes', ({ write, conditional }) => write && conditional, [
  ['writes only if nothing is there', onlyIfAbsent],
  ['writes only over the version that is named', onlyOverVersion],
  ['lets exactly one of sixteen writers be the first', raceToBeFirst],
  ['lets exactly one of sixteen writers replace a version', raceToReplace],
])

export const unconditionalCases = group('conditional writes', ({ write, conditional }) => write && !conditional, [
  ['refuses conditions that it cannot keep', refused],
])
