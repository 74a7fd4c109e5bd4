import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

import { combineCrcs } from '@gantry/core/driver'
import { describe, expect, test } from 'vitest'

import { base64Of, checksumOf, hexOf, startChecksum, writableChecksums } from './algorithm.ts'

const check = Buffer.from('123456789')
const bytes = randomBytes(100_003)

describe('checksums', () => {
  // The check values of the catalogue of parametrised CRC algorithms (reveng.sourceforge.io/crc-catalogue).
  test.each([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
    ['sha1', createHash('sha1').update(check).digest('hex')],
    ['sha256', createHash('sha256').update(check).digest('hex')],
    ['md5', createHash('md5').update(check).digest('hex')],
  ] as const)('%s has its check value', (checksum, value) => {
    expect(checksumOf(checksum, check)).toBe(value)
  })

  test('crc32 is that of zlib', () => {
    expect(checksumOf('crc32', bytes)).toBe(crc32(bytes).toString(16).padStart(8, '0'))
  })

  test.each(writableChecksums)('%s in pieces is that of the whole', (checksum) => {
    const running = startChecksum(checksum)
    for (let at = 0; at < bytes.length; at += 777) running.update(bytes.subarray(at, at + 777))
    expect(running.hex()).toBe(checksumOf(checksum, bytes))
  })

  test('an empty body has a checksum too', () => {
    expect(checksumOf('crc32', Buffer.alloc(0))).toBe('00000000')
    expect(checksumOf('crc64nvme', Buffer.alloc(0))).toBe('0000000000000000')
  })

  test.each(['crc32', 'crc32c', 'crc64nvme'] as const)('%s of a whole follows from its parts', (checksum) => {
    const sizes = [40_000, 40_000, 1, 0, 20_002]
    let at = 0
    const parts = sizes.map((size) => {
      const part = bytes.subarray(at, (at += size))
      return { hex: checksumOf(checksum, part), size }
    })
    expect(at).toBe(bytes.length)
    expect(combineCrcs(checksum, parts)).toBe(checksumOf(checksum, bytes))
  })

  test('headers hold base64, digests hexadecimal', () => {
    expect(hexOf('y/Q5Jg==')).toBe('cbf43926')
    expect(base64Of('cbf43926')).toBe('y/Q5Jg==')
    // A checksum of checksums is none of the bytes.
    expect(hexOf('y/Q5Jg==-3')).toBeUndefined()
    expect(hexOf(undefined)).toBeUndefined()
  })
})
