import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { collect, isGantryError } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { borrowedBody } from '../bodies.ts'
import { group } from '../conformance-case.ts'

const writers = 8
const rounds = 4

/** Writer 3's content: its number, again and again, and a length of its own. */
function contentOfWriter(writer: number): Uint8Array {
  return new Uint8Array(300_000 + writer * 1000).fill(writer + 1)
}

function checkWhole(bytes: Uint8Array): void {
  const writer = (bytes[0] ?? 0) - 1
  assert.ok(writer >= 0 && writer < writers, 'the first byte names a writer')
  assert.equal(bytes.length, contentOfWriter(writer).length, 'the length is that writer’s')
  assert.ok(
    bytes.every((byte) => byte === writer + 1),
    'every byte is that writer’s',
  )
}

async function wholeOrOther(bench: Bench): Promise<void> {
  const stores = [bench.store, await bench.another()]
  await bench.put('entry', contentOfWriter(0))
  const state = { writing: true }
  const write = async (writer: number) => {
    const content = contentOfWriter(writer)
    const store = stores[writer % 2] ?? bench.store
    for (let round = 0; round < rounds; round += 1) {
      await store.write({ path: 'entry', size: content.length }, borrowedBody(content))
    }
  }
  const read = async () => {
    while (state.writing) {
      // A store in memory never waits for the system: without this no writer would have its turn.
      await nextTurn()
      try {
        const { body } = await bench.store.read('entry')
        checkWhole(await collect(body))
      } catch (error) {
        // It may say that the entry changed; never that there is none, and never mix.
        if (!isGantryError(error) || error.code !== 'precondition_failed') throw error
      }
    }
  }
  const readAndStop = async () => {
    try {
      await read()
    } finally {
      state.writing = false
    }
  }
  const readers = Promise.allSettled([readAndStop(), readAndStop(), readAndStop()])
  try {
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  } finally {
    state.writing = false
  }
  for (const result of await readers) if (result.status === 'rejected') throw result.reason
  checkWhole(await bench.get('entry'))
  assert.deepEqual(await bench.paths(), ['entry'], 'nothing else is left')
}

export const racingCases = group('races', ({ write }) => write, [
  ['shows readers one whole entry or the other while many write it', wholeOrOther],
])
