import assert from 'node:assert/strict'

import type { Bench } from '../bench.ts'
import { contentOf, hangingBody } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { ends, failsWith, sameBytes } from '../expectations.ts'

const content = contentOf(1, 3 * 1024 * 1024)

async function beforeTheCall(bench: Bench): Promise<void> {
  await bench.put('entry', contentOf(2, 10))
  const options = { signal: AbortSignal.abort() }
  const listed = async () => {
    for await (const entry of bench.store.list({}, options)) assert.fail(`listed ${entry.size} bytes`)
  }
  await failsWith(listed(), 'cancelled')
  await failsWith(bench.store.stat('entry', options), 'cancelled')
  await failsWith(bench.store.read('entry', undefined, options), 'cancelled')
  await failsWith(bench.store.write({ path: 'new', size: 0 }, (async function* () {})(), options), 'cancelled')
  if (bench.abilities.remove) await failsWith(bench.store.remove('entry', options), 'cancelled')
  assert.deepEqual(await bench.paths(), ['entry'])
}

async function midWrite(bench: Bench): Promise<void> {
  const old = contentOf(2, 1000)
  await bench.put('old', old)
  for (const path of ['new', 'old']) {
    for (const count of [0, 1_000_000, content.length]) {
      const controller = new AbortController()
      const body = hangingBody(content, count, () => setTimeout(() => controller.abort(), 5))
      const size = count === content.length ? undefined : content.length
      const write = bench.store.write({ path, ...(size !== undefined && { size }) }, body, controller)
      // A store that needs to know the length may refuse at once.
      await failsWith(
        ends(write, 'an aborted write'),
        'cancelled',
        ...(size === undefined ? ['unsupported' as const] : []),
      )
    }
  }
  await failsWith(bench.store.stat('new'), 'not_found')
  assert.deepEqual(await bench.paths(), ['old'])
  sameBytes(await bench.get('old'), old, 'what was there before')
}

async function midRead(bench: Bench): Promise<void> {
  await bench.put('entry', content)
  const controller = new AbortController()
  const { body } = await bench.store.read('entry', undefined, controller)
  const readOn = async () => {
    for await (const chunk of body) if (chunk.length > 0) controller.abort()
  }
  await failsWith(ends(readOn(), 'an aborted read'), 'cancelled')
  sameBytes(await bench.get('entry'), content, 'another read, later')
}

async function midList(bench: Bench): Promise<void> {
  for (const path of ['a', 'b', 'c']) await bench.put(path, contentOf(1, 1))
  const controller = new AbortController()
  const readOn = async () => {
    for await (const entry of bench.store.list({}, controller)) if (entry.size === 1) controller.abort()
  }
  await failsWith(ends(readOn(), 'an aborted list'), 'cancelled')
}

export const stoppingCases = group('stopping', ({ write }) => write, [
  ['does nothing when the signal was aborted before', beforeTheCall],
  ['stops in mid-write and leaves nothing behind', midWrite],
  ['stops in mid-read', midRead],
  ['stops in mid-list', midList],
])
