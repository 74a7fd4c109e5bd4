import { bytesOf } from '@gantry/core/driver'
import { type Entry, GantryError, type Store } from '@gantry/core'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'

import type { Opening } from './opening.ts'
import { openStudy } from './study-opening.ts'

const image = { studyInstanceUID: '1', seriesInstanceUID: '1.1', sopInstanceUID: '1.1.1', sopClassUID: '' }
const entries: readonly Entry[] = Array.from({ length: 100 }, (_, at) => ({ path: `instances/${at}`, image }))

/** Finds nothing in any file. */
const opening = {
  gantry: { med: { loadFromFiles: async () => ({}) }, geometry: { loadFromFiles: async () => ({}) } },
  handles: new Map(),
  segmentations: { find: async () => [] },
} as unknown as Opening

test('when an image cannot be read no more are', async () => {
  let reads = 0
  const store = {
    async *list() {
      yield* entries
    },
    async read(path: string) {
      reads += 1
      await turn()
      if (path === 'instances/47') throw new GantryError('not_found', 'It is gone.')
      return { body: bytesOf(new Uint8Array(1)) }
    },
  } as unknown as Store
  const context = { signal: new AbortController().signal, progress: () => {} }
  await expect(openStudy(opening, { store, study: '1', ranged: false }, context)).rejects.toThrow('gone')
  const before = reads
  // What goes on would read once in each of them.
  for (let more = 0; more < 20; more += 1) await turn()
  expect(reads).toBe(before)
  expect(reads).toBeLessThan(entries.length)
})
