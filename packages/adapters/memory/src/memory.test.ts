import { describeStore, type StoreHarness, testHashing } from '@gantry/testkit'

import { MemoryContents } from './contents.ts'
import { memory, type MemoryOptions } from './memory.ts'

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
