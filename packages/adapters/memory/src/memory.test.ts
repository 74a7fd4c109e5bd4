import { describeStore, type StoreHarness, testHashing } from '@gantry/testkit'
import { expect, test } from 'vitest'

import { MemoryContents } from './contents.ts'
import { memory } from './memory.ts'
import type { MemoryOptions } from './memory-options.ts'

function harness(options: MemoryOptions = {}): StoreHarness {
  const contents = new MemoryContents()
  const open = () => memory({ ...options, contents })
  return { driver: open(), reopen: async () => open(), inMemory: true }
}

describeStore({ name: 'memory', open: async () => harness() })

describeStore({
  name: 'memory with digests, tiers and retention',
  open: async () =>
    harness({
      digests: { algorithms: ['sha256', 'md5', 'crc32', 'crc32c', 'crc64nvme', 'sha1'], hashing: testHashing },
      tiers: ['HOT', 'COLD'],
      retain: true,
    }),
})

const unit = { entries: 100, bytes: 2 ** 30 }

describeStore({
  name: 'memory with parcels',
  open: async () => harness({ parcels: { fetch: { unit, sideBySide: true }, store: { unit, resumable: true } } }),
})

describeStore({
  name: 'memory with images in parcels, one body after another',
  open: async () =>
    harness({
      images: true,
      parcels: { fetch: { unit: 'series', sideBySide: false }, store: { unit: 'study', resumable: false } },
    }),
})

test.each([
  { tier: ['COLD'] },
  { tiers: 'COLD' },
  { retain: 1 },
  { contents: {} },
  { digests: ['sha256'] },
  'all',
  null,
])('options that it does not know are refused: %j', (options) => {
  expect(() => memory(options as MemoryOptions)).toThrow(expect.objectContaining({ code: 'invalid' }))
})
