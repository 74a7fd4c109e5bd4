import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

import { sideBySide } from '@gantry/core/side-by-side'

import type { Bench } from '../bench.ts'
import { contentOf, syntheticBody } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { openDescriptors, refuseLeak } from '../descriptors.ts'
import { ends, sameBytes } from '../expectations.ts'
import { memoryHeld } from '../memory-held.ts'

const mebibyte = 1024 * 1024
const mostReads = 2000
/** A distant store is slower: then fewer reads must do. */
const longEnough = 3000

async function leftEarly(bench: Bench): Promise<void> {
  const content = contentOf(1, 3 * mebibyte)
  await bench.put('entry', content)
  const before = openDescriptors()
  const end = Date.now() + longEnough
  const turns = Array.from({ length: mostReads }, (_, index) => index)
  await sideBySide(turns, 8, async (turn) => {
    if (Date.now() > end) return
    const { body } = await bench.store.read('entry')
    // Every other one is closed without having been asked for a chunk.
    if (turn % 2 === 0) await body[Symbol.asyncIterator]().return?.()
    else for await (const chunk of body) if (chunk.length > 0) break
  })
  sameBytes(await ends(bench.get('entry'), 'a read after them'), content, 'the entry after them')
  await refuseLeak(before)
}

async function listLeftEarly(bench: Bench): Promise<void> {
  const paths = Array.from({ length: 20 }, (_, index) => `folder/entry-${index}`)
  await sideBySide(paths, 8, async (path) => void (await bench.put(path, contentOf(1, 10))))
  const before = openDescriptors()
  const end = Date.now() + longEnough
  for (let turn = 0; turn < 200 && Date.now() < end; turn += 1) {
    for await (const entry of bench.store.list()) {
      assert.ok(entry.path.startsWith('folder/'))
      break
    }
  }
  await refuseLeak(before)
}

async function doesNotRunAhead(bench: Bench): Promise<void> {
  const size = 64 * mebibyte
  await bench.store.write({ path: 'entry', size }, syntheticBody(size))
  const before = await memoryHeld()
  const { body } = await bench.store.read('entry')
  let read = 0
  let most = 0
  for await (const chunk of body) {
    // The consumer does nothing for a while, as one whose own writes are slow.
    const pauses = read === 0 ? 5 : 0
    read += chunk.length
    for (let pause = 0; pause < pauses; pause += 1) {
      await sleep(40)
      most = Math.max(most, (await memoryHeld()) - before)
    }
  }
  assert.equal(read, size)
  assert.ok(most < size / 2, `${Math.round(most / mebibyte)} MiB were taken into memory for a consumer that waits`)
}

async function takesAsItCan(bench: Bench): Promise<string | undefined> {
  if (bench.harness.inMemory === true) return 'the store is memory itself'
  const size = 64 * mebibyte
  let most = 0
  const before = await memoryHeld()
  async function* watched() {
    let passed = 0
    for await (const chunk of syntheticBody(size)) {
      passed += chunk.length
      if (passed % (16 * mebibyte) === 0) most = Math.max(most, (await memoryHeld()) - before)
      yield chunk
    }
  }
  await bench.store.write({ path: 'entry', size }, watched())
  assert.ok(most < size / 2, `${Math.round(most / mebibyte)} MiB of a body were held in memory`)
  return undefined
}

export const resourceCases = group('resources', ({ write }) => write, [
  ['frees what a read holds when it is left early', leftEarly],
  ['frees what a list holds when it is left early', listLeftEarly],
  ['does not read ahead of a consumer that waits', doesNotRunAhead],
  ['does not gather a body in memory', takesAsItCan],
])
