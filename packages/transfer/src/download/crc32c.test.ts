import { randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { nodeHashing } from '../platform/hashing.ts'
import { hasherFor } from './crc32c.ts'

const start = () => hasherFor({ crc32c: '' }, undefined)?.hasher

test('without a platform, a CRC-32C is what others compute, in pieces and gone on with from a copy', () => {
  const hasher = start()
  hasher?.update(new TextEncoder().encode('1234'))
  const copy = hasher?.copy?.()
  for (const one of [hasher, copy]) one?.update(new TextEncoder().encode('56789'))
  // RFC 3720, and the check value of the catalogue of CRCs.
  expect([hasher?.digest(), copy?.digest(), start()?.digest()]).toEqual(['e3069283', 'e3069283', '00000000'])

  const bytes = randomBytes(100_003)
  const [mine, theirs] = [start(), nodeHashing('crc32c')]
  for (let offset = 0; offset < bytes.length; offset += 1009) mine?.update(bytes.subarray(offset, offset + 1009))
  theirs?.update(bytes)
  expect(mine?.digest()).toBe(theirs?.digest())
})

test('of several digests, one that can be computed is taken', () => {
  expect(hasherFor({ crc64nvme: '', sha256: '' }, undefined)).toBeUndefined()
  expect(hasherFor({ sha256: '' }, nodeHashing)?.algorithm).toBe('sha256')
  expect(hasherFor({ sha256: '', crc32c: '' }, nodeHashing)?.algorithm).toBe('crc32c')
  expect(hasherFor(undefined, nodeHashing)).toBeUndefined()
})
