import assert from 'node:assert/strict'

import type { Bench } from '../bench.ts'
import { contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'

const content = contentOf(1, 10)
const minute = 60_000

async function given(bench: Bench): Promise<void> {
  const times = [Date.UTC(2001, 1, 3, 4, 5, 6, 789), Date.UTC(1975, 0, 1), Date.UTC(2038, 5, 1, 0, 0, 0, 1)]
  for (const modified of times) {
    const written = await bench.put('entry', content, { modified })
    const [listed] = await bench.list()
    assert.equal(written.modified, modified, 'told by write')
    assert.equal((await bench.store.stat('entry')).modified, modified, 'told by stat')
    assert.equal(listed?.modified, modified, 'told by list')
  }
}

async function now(bench: Bench): Promise<void> {
  await bench.put('entry', content)
  const { modified } = await bench.store.stat('entry')
  assert.ok(modified !== undefined, 'the time of the last change is told')
  assert.ok(Math.abs(modified - Date.now()) < minute, 'it is within a minute of now')
}

async function stored(bench: Bench): Promise<void> {
  await bench.put('entry', content, { modified: Date.UTC(2001, 1, 3) })
  const { modified } = await bench.store.stat('entry')
  assert.ok(modified !== undefined, 'the time of the last change is told')
  assert.ok(Math.abs(modified - Date.now()) < minute, 'it is the store’s own, within a minute of now')
}

export const clockCases = group('clock', ({ write }) => write, [
  ['tells when an entry was written, within a minute', now],
])

export const givenTimeCases = group('clock', ({ write, modified }) => write && modified === 'given', [
  ['keeps the time that is given, to the millisecond', given],
])

export const storedTimeCases = group('clock', ({ write, modified }) => write && modified === 'stored', [
  ['tells its own time, whatever is given', stored],
])
