import assert from 'node:assert/strict'

import { collect, isGantryError } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { contentOf, copyOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'

const size = 6 * 1024 * 1024

async function refusesAnother(bench: Bench): Promise<void> {
  const first = contentOf(1, 100_000)
  const { version } = await bench.put('entry', first)
  assert.ok(version !== undefined)
  const reading = await bench.store.read({ path: 'entry', version })
  assert.equal(reading.entry.version, version)
  sameBytes(await collect(reading.body), first, 'the named version')
  await bench.put('entry', contentOf(2, 100_000))
  await failsWith(readAll(bench, version), 'precondition_failed')
  await failsWith(readAll(bench, version, 0), 'precondition_failed')
  await failsWith(readAll(bench, 'no-such-version'), 'precondition_failed')
  await bench.store.remove('entry')
  await failsWith(readAll(bench, version), 'precondition_failed', 'not_found')
}

async function readAll(bench: Bench, version: string, end?: number): Promise<Uint8Array> {
  const range = end === undefined ? undefined : { start: 0, end }
  const { body } = await bench.store.read({ path: 'entry', version }, range)
  return await collect(body)
}

async function listsThem(bench: Bench): Promise<void> {
  await bench.put('entry', contentOf(1, 1000))
  const [listed] = await bench.list()
  const looked = await bench.store.stat('entry')
  assert.equal(listed?.version, looked.version, 'the version that list told')
}

/** Reads the first chunk, lets `change` happen, and reads on: all of one version, or a failure that says so. */
async function neverMixed(bench: Bench, change: () => Promise<unknown>, named: boolean): Promise<void> {
  const first = contentOf(1, size)
  const { version } = await bench.put('entry', first)
  const { body } = await bench.store.read({ path: 'entry', ...(named && version !== undefined && { version }) })
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of body) {
      chunks.push(copyOf(chunk))
      if (chunks.length === 1) await change()
    }
  } catch (error) {
    assert.ok(isGantryError(error), String(error))
    assert.ok(['precondition_failed', 'not_found'].includes(error.code), `a changed entry is not ${error.code}`)
  }
  const got = Buffer.concat(chunks)
  sameBytes(got, first.subarray(0, got.length), 'what was read of the version that was opened')
}

const another = contentOf(2, size)

async function replacedMidway(bench: Bench): Promise<void> {
  for (const named of bench.abilities.versions ? [false, true] : [false]) {
    await neverMixed(bench, () => bench.put('entry', another), named)
    await neverMixed(bench, () => bench.put('entry', another.subarray(0, 100)), named)
    if (bench.abilities.remove) await neverMixed(bench, () => bench.store.remove('entry'), named)
  }
}

export const versionCases = group('versions', ({ write, versions }) => write && versions, [
  ['reads the version that is named, and no other', refusesAnother],
  ['lists the version that stat tells', listsThem],
])

export const changeCases = group('versions', ({ write }) => write, [
  ['never mixes two versions in one read', replacedMidway],
])
