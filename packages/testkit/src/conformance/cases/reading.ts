import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

import type { ByteRange } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { contentOf, copyOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'

const size = 1_500_007

async function ranges(bench: Bench): Promise<void> {
  const content = contentOf(1, size)
  await bench.put('entry', content)
  const wanted: readonly ByteRange[] = [
    { start: 0, end: size },
    { start: 0 },
    { start: 0, end: 1 },
    { start: 1, end: 2 },
    { start: 65_535, end: 65_537 },
    { start: 100_000, end: 1_300_000 },
    { start: size - 1, end: size },
    { start: size - 1000 },
  ]
  for (const range of wanted) {
    const { entry, body } = await bench.store.read('entry', range)
    assert.equal(entry.size, size, 'the entry is told as a whole, whatever the range')
    const got: Uint8Array[] = []
    for await (const chunk of body) got.push(copyOf(chunk))
    sameBytes(Buffer.concat(got), content.subarray(range.start, range.end), `range ${JSON.stringify(range)}`)
  }
}

async function rangesAtTheEdge(bench: Bench): Promise<void> {
  const content = contentOf(1, 1000)
  await bench.put('entry', content)
  sameBytes(await bench.get('entry', { start: 990, end: 5000 }), content.subarray(990), 'an end past the end')
  sameBytes(await bench.get('entry', { start: 1000, end: 5000 }), new Uint8Array(), 'a start at the end')
  sameBytes(await bench.get('entry', { start: 1000 }), new Uint8Array(), 'from the end on')
  sameBytes(await bench.get('entry', { start: 10, end: 10 }), new Uint8Array(), 'an empty range')
  sameBytes(await bench.get('entry', { start: 0, end: 0 }), new Uint8Array(), 'an empty range at the start')
  for (const range of [{ start: 1001 }, { start: 1001, end: 2000 }, { start: 5, end: 4 }, { start: -1 }]) {
    await failsWith(bench.get('entry', range), 'invalid')
  }
  await bench.put('empty', new Uint8Array())
  sameBytes(await bench.get('empty', { start: 0 }), new Uint8Array(), 'all of nothing')
  sameBytes(await bench.get('empty', { start: 0, end: 10 }), new Uint8Array(), 'an end past nothing')
  await failsWith(bench.get('empty', { start: 1 }), 'invalid')
}

async function missing(bench: Bench): Promise<void> {
  await bench.put('folder/entry', contentOf(1, 10))
  for (const path of ['nothing', 'folder', 'folder/ent', 'folder/entry/below', 'folder/entry2', 'no/such/folder']) {
    const error = await failsWith(bench.store.stat(path), 'not_found')
    assert.equal(error.path, path, 'the error names the entry')
    assert.equal(error.store, bench.store.scheme, 'the error names the store')
    assert.ok(!error.message.includes(path), 'the message does not: a path can name a patient')
    await failsWith(bench.store.read(path), 'not_found')
    await failsWith(bench.store.read(path, { start: 0, end: 1 }), 'not_found')
  }
}

/** A chunk is valid until the next is asked for, however long that takes. */
async function slowConsumer(bench: Bench): Promise<void> {
  const content = contentOf(1, 2_500_000)
  await bench.put('entry', content)
  const { body } = await bench.store.read('entry')
  let position = 0
  for await (const chunk of body) {
    const first = copyOf(chunk)
    await sleep(15)
    sameBytes(chunk, first, 'a chunk while it is borrowed')
    sameBytes(chunk, content.subarray(position, position + chunk.length), `the bytes from ${position} on`)
    position += chunk.length
  }
  assert.equal(position, content.length)
}

async function manyAtOnce(bench: Bench): Promise<void> {
  const contents = Array.from({ length: 12 }, (_, index) => contentOf(index + 1, 300_000 + index))
  await Promise.all(contents.map((content, index) => bench.put(`entry-${index}`, content)))
  await Promise.all(
    contents.map(async (content, index) => {
      sameBytes(await bench.get(`entry-${index}`), content, `entry ${index}`)
    }),
  )
}

async function doesNotWriteIntoWhatItHolds(bench: Bench): Promise<void> {
  const content = contentOf(1, 100_000)
  await bench.put('entry', content)
  const { body } = await bench.store.read('entry')
  // What is borrowed is the consumer's until it asks again: it may, e.g., encrypt it in place.
  for await (const chunk of body) chunk.fill(0)
  sameBytes(await bench.get('entry'), content, 'the entry after a consumer overwrote its chunks')
}

export const readingCases = group('reading', ({ write }) => write, [
  ['reads the range that was asked for', ranges],
  ['clips a range at the end, and refuses one that lies outside', rangesAtTheEdge],
  ['says not_found of what is not there', missing],
  ['keeps a chunk valid until the next is asked for', slowConsumer],
  ['reads several entries side by side', manyAtOnce],
  ['is not changed by who overwrites a chunk that it borrowed', doesNotWriteIntoWhatItHolds],
])
