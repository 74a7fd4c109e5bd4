import assert from 'node:assert/strict'

import { type ErrorCode, GantryError, type Store } from '@gantry/core'

import type { Bench } from '../bench.ts'
import { borrowedBody, contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { ends, failsWith } from '../expectations.ts'

async function listAll(store: Store): Promise<void> {
  for await (const entry of store.list()) assert.fail(`lists ${entry.size} bytes`)
}

async function refusesAll(bench: Bench, store: Store, code: ErrorCode): Promise<void> {
  await bench.put('entry', contentOf(1, 10))
  await failsWith(ends(listAll(store), 'list'), code)
  const error = await failsWith(ends(store.read('entry'), 'read'), code)
  assert.equal(error.retryable, false, 'it will be the same the next time')
  await failsWith(ends(store.stat('entry'), 'stat'), code)
  const content = contentOf(2, 100_000)
  await failsWith(ends(store.write({ path: 'new', size: content.length }, borrowedBody(content)), 'write'), code)
  assert.deepEqual(await bench.paths(), ['entry'])
}

async function denied(bench: Bench): Promise<void> {
  await refusesAll(bench, await bench.open(bench.harness.openDenied), 'permission_denied')
}

async function unauthenticated(bench: Bench): Promise<void> {
  await refusesAll(bench, await bench.open(bench.harness.openUnauthenticated), 'unauthenticated')
}

async function missing(bench: Bench): Promise<void> {
  const store = await bench.open(bench.harness.openMissing)
  await failsWith(listAll(store), 'not_found')
  await failsWith(store.stat('entry'), 'not_found')
  await failsWith(store.read('entry'), 'not_found')
  await store.remove('entry').catch(async (error: unknown) => await failsWith(Promise.reject(error), 'not_found'))
}

/** What is tried again for no reason costs minutes, and hides the defect that it is. */
async function unknown(bench: Bench): Promise<void> {
  const odd = [
    new Error('nobody knows this'),
    Object.assign(new Error('nor this'), { code: 'ENEW' }),
    'text',
    undefined,
  ]
  for (const thrown of odd) {
    const code = bench.driver.codeOf(thrown)
    const { retryable } = new GantryError(code ?? 'internal', 'An error.')
    assert.ok(!retryable, `${code} is tried again, and nobody knows that it passes`)
  }
}

export const refusalCases = group('refusals', ({ write }) => write, [
  ['says not_found of a place that is not there', missing, { needs: 'openMissing' }],
  ['says permission_denied to who may do nothing', denied, { needs: 'openDenied' }],
  ['says unauthenticated to who is no one', unauthenticated, { needs: 'openUnauthenticated' }],
  ['does not say of an error that it does not know that it passes', unknown],
])
