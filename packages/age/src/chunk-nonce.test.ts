import { expect, test } from 'vitest'

import { chunkNonces } from './chunk-nonce.ts'

test.for([
  [0, false, '000000000000000000000000'],
  [0, true, '000000000000000000000001'],
  [1, false, '000000000000000000000100'],
  [255, true, '00000000000000000000ff01'],
  [256, false, '000000000000000000010000'],
  [2 ** 32 + 5, false, '000000000000010000000500'],
  [Number.MAX_SAFE_INTEGER, true, '000000001fffffffffffff01'],
] as const)('chunk %i, last: %o', ([index, last, hex]) => {
  const nonceOf = chunkNonces()
  nonceOf(Number.MAX_SAFE_INTEGER, true)
  expect(Buffer.from(nonceOf(index, last)).toString('hex')).toBe(hex)
})
