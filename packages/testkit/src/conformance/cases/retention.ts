import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Bench } from '../bench.ts'
import { contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'

const content = contentOf(1, 1000)
/** Short, because the place must be removable when the case is over. */
const short = 2000

/** Whole seconds: some services keep no more. */
function soon(): number {
  return Math.ceil((Date.now() + short) / 1000) * 1000
}

async function refusesRemoval(bench: Bench): Promise<void> {
  await bench.put('entry', content)
  assert.equal(await bench.store.retainedUntil('entry'), undefined)
  const until = soon()
  await bench.store.retain('entry', until)
  assert.equal(await bench.store.retainedUntil('entry'), until)
  // A versioned store may hide the entry instead; then its bytes must be there still, which only it can tell.
  await failsWith(bench.store.remove('entry'), 'permission_denied')
  sameBytes(await bench.get('entry'), content, 'the retained entry')
  await sleep(until - Date.now() + 300)
  await bench.store.remove('entry')
}

async function onlyLonger(bench: Bench): Promise<void> {
  await bench.put('entry', content)
  const until = soon()
  await bench.store.retain('entry', until)
  await failsWith(bench.store.retain('entry', until - 1000), 'permission_denied', 'invalid')
  await bench.store.retain('entry', until + 1000)
  assert.equal(await bench.store.retainedUntil('entry'), until + 1000)
  await sleep(until + 1000 - Date.now() + 300)
}

async function written(bench: Bench): Promise<void> {
  const until = soon()
  await bench.put('entry', content, { retainUntil: until })
  assert.equal(await bench.store.retainedUntil('entry'), until)
  await failsWith(bench.store.remove('entry'), 'permission_denied')
  await sleep(until - Date.now() + 300)
}

async function missing(bench: Bench): Promise<void> {
  await failsWith(bench.store.retain('nothing', soon()), 'not_found')
  await failsWith(bench.store.retainedUntil('nothing'), 'not_found')
}

export const retentionCases = group('retention', ({ retain, write, remove }) => retain === true && write && remove, [
  ['refuses to remove what is retained, until then', refusesRemoval],
  ['makes retention longer, and not shorter', onlyLonger],
  ['retains from the moment of writing', written],
  ['says not_found of what is not there to be retained', missing],
])
