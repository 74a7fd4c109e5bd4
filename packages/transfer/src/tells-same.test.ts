import { expect, test } from 'vitest'

import { tellsSame } from './tells-same.ts'

const folder = { digests: [], modified: 'given' } as const
const bucket = { digests: ['crc32c'], modified: 'given' } as const
const series = { digests: ['crc32c'], modified: 'stored' } as const
const archive = { digests: [], modified: 'stored' } as const

test.each([
  ['times of both', folder, folder, true],
  ['a digest of the destination, for which the source is read', folder, series, true],
  ['digests of both', series, bucket, true],
  ['no digest and no time of the destination', folder, archive, false],
  ['a digest of the source alone', series, folder, false],
  ['a source that tells nothing', archive, folder, false],
  ['a source that tells nothing, all of which would be read', archive, bucket, false],
  ['neither', archive, archive, false],
])('%s', (_, from, to, expected) => {
  expect(tellsSame(from, to)).toBe(expected)
})
