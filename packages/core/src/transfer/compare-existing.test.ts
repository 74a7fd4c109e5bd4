import { expect, test } from 'vitest'

import type { Entry } from '../store/entry.ts'
import { compareExisting } from './compare-existing.ts'

const comparable = { comparable: true }
const different = { comparable: false }

test.each<[string, Partial<Entry>, Partial<Entry>, { comparable: boolean }, unknown]>([
  ['equal digests', { digests: { md5: 'a' } }, { digests: { md5: 'a' } }, different, 'same'],
  [
    'other digests, at the same time',
    { digests: { md5: 'a' }, modified: 5 },
    { digests: { md5: 'b' }, modified: 5 },
    comparable,
    'different',
  ],
  ['another size, at the same time', { modified: 5 }, { size: 2, modified: 5 }, comparable, 'different'],
  [
    'another size with equal digests',
    { digests: { md5: 'a' } },
    { size: 2, digests: { md5: 'a' } },
    different,
    'different',
  ],
  ['equal times', { modified: 5 }, { modified: 5 }, comparable, 'same'],
  ['times equal to the millisecond', { modified: 5.001 }, { modified: 5.9 }, comparable, 'same'],
  ['other times', { modified: 5 }, { modified: 6 }, comparable, 'unknown'],
  ['equal times of different clocks', { modified: 5 }, { modified: 5 }, different, 'unknown'],
  ['equal sizes alone', {}, {}, comparable, 'unknown'],
  ['no time on one side', { modified: 5 }, {}, comparable, 'unknown'],
  ['a digest on one side', {}, { digests: { md5: 'a' } }, comparable, { digest: 'md5' }],
  [
    'digests of other kinds',
    { digests: { sha1: 'a' } },
    { digests: { md5: 'a', sha256: 'b' } },
    different,
    { digest: 'sha256' },
  ],
  ['a CID, which cannot be computed here', {}, { digests: { cid: 'a' } }, different, 'unknown'],
  [
    'other times and a digest to compute',
    { modified: 5 },
    { modified: 6, digests: { crc32c: 'a' } },
    comparable,
    { digest: 'crc32c' },
  ],
])('%s', (_name, source, existing, times, expected) => {
  expect(compareExisting({ path: 'a', size: 1, ...source }, { path: 'b', size: 1, ...existing }, times)).toEqual(
    expected,
  )
})
