import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type ChecksumAlgorithm, checksumAlgorithms, startChecksum } from './algorithm.ts'
import { crc32c } from './crc32c.ts'
import { crc64nvme } from './crc64nvme.ts'
import { multipartChecksum, typesOf } from './multipart-checksum.ts'
import { startQuickChecksum } from './quick-checksum.ts'

function checksum(algorithm: ChecksumAlgorithm, ...pieces: Uint8Array[]): Buffer {
  const running = startChecksum(algorithm)
  for (const piece of pieces) running.update(piece)
  return running.digest()
}

/** Bit by bit, straight from the definition. */
function slowCrc(data: Uint8Array, polynomial: bigint, bits: bigint): bigint {
  const ones = (1n << bits) - 1n
  let crc = ones
  for (const byte of data) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n
  }
  return crc ^ ones
}

describe('known values', () => {
  const check = Buffer.from('123456789')
  test.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s of the check string', (algorithm, hex) => {
    expect(checksum(algorithm, check).toString('hex')).toBe(hex)
  })

  test('CRC-32C: the vectors of RFC 3720, appendix B.4', () => {
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43)
    expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, index) => index)))).toBe(0x46dd794e)
    expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)))).toBe(0x113fdb5c)
  })

  test('CRC-64/NVME: the vectors of the NVM command set specification', () => {
    expect(crc64nvme(Buffer.alloc(4096))).toEqual({ high: 0x6482d367, low: 0xeb22b64e })
    expect(crc64nvme(Buffer.alloc(4096, 0xff))).toEqual({ high: 0xc0ddba73, low: 0x02eca3ac })
  })

  test('of nothing', () => {
    expect(checksum('CRC32C').toString('hex')).toBe('00000000')
    expect(checksum('CRC64NVME').toString('hex')).toBe('0000000000000000')
  })
})

test('every length and alignment gives what the definition gives', () => {
  const data = randomBytes(80)
  for (let start = 0; start < 9; start += 1) {
    for (let end = start; end <= data.length; end += 1) {
      const slice = data.subarray(start, end)
      expect(BigInt(crc32c(slice))).toBe(slowCrc(slice, 0x82f63b78n, 32n))
      const { high, low } = crc64nvme(slice)
      expect((BigInt(high) << 32n) | BigInt(low)).toBe(slowCrc(slice, 0x9a6c9329ac4bc9b5n, 64n))
    }
  }
})

test('pieces give what the whole gives', () => {
  const data = randomBytes(10_000)
  for (const algorithm of checksumAlgorithms) {
    const pieces = [data.subarray(0, 1), data.subarray(1, 1), data.subarray(1, 4097), data.subarray(4097)]
    expect(checksum(algorithm, ...pieces)).toEqual(checksum(algorithm, data))
  }
})

describe('multipart', () => {
  const parts = [randomBytes(5000), randomBytes(5000), Buffer.alloc(0), randomBytes(123), randomBytes(5000)]
  const given = (algorithm: ChecksumAlgorithm) =>
    parts.map((part) => ({ value: checksum(algorithm, part).toString('base64'), size: part.length }))

  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s of the whole comes from the parts', (algorithm) => {
    expect(multipartChecksum(algorithm, 'FULL_OBJECT', given(algorithm)).value).toBe(
      checksum(algorithm, ...parts).toString('base64'),
    )
  })

  test('composite is the checksum of checksums, and their number', () => {
    const raw = parts.map((part) => checksum('SHA256', part))
    expect(multipartChecksum('SHA256', 'COMPOSITE', given('SHA256')).value).toBe(
      `${checksum('SHA256', ...raw).toString('base64')}-5`,
    )
  })

  test('the size of a part may be gigabytes', () => {
    const zeros = Buffer.alloc(1 << 20)
    let crc = 0
    for (let index = 0; index < 256; index += 1) crc = crc32(zeros, crc)
    const first = { value: Buffer.from([1, 2, 3, 4]).toString('base64'), size: 4 }
    const value = Buffer.alloc(4)
    value.writeUInt32BE(crc)
    const once = multipartChecksum('CRC32', 'FULL_OBJECT', [
      first,
      { value: value.toString('base64'), size: 256 * zeros.length },
    ])
    const inPieces = multipartChecksum('CRC32', 'FULL_OBJECT', [
      first,
      ...Array.from({ length: 256 }, () => {
        const piece = Buffer.alloc(4)
        piece.writeUInt32BE(crc32(zeros))
        return { value: piece.toString('base64'), size: zeros.length }
      }),
    ])
    expect(once.value).toBe(inPieces.value)
  })

  test('which types an algorithm has', () => {
    expect(typesOf('CRC64NVME')).toEqual(['FULL_OBJECT'])
    expect(typesOf('SHA1')).toEqual(['COMPOSITE'])
    expect(typesOf('CRC32C')).toEqual(['COMPOSITE', 'FULL_OBJECT'])
    expect(() => multipartChecksum('SHA1', 'FULL_OBJECT', [])).toThrow(TypeError)
  })
})

test.each(checksumAlgorithms)('%s as a server computes it is the same, in pieces too', (algorithm) => {
  const bytes = randomBytes(100_003)
  const running = startQuickChecksum(algorithm)
  for (const at of [0, 1, 50_000]) running.update(bytes.subarray(at, { 0: 1, 1: 50_000 }[at]))
  expect(running.digest()).toEqual(checksum(algorithm, bytes))
})
