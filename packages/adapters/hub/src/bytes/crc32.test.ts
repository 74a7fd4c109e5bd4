import { crc32 as zlibCrc32 } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { crc32, hexOf } from './crc32.ts'

describe('the CRC-32', () => {
  test('is that of zlib, in one piece and in several', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        expect(crc32(bytes)).toBe(zlibCrc32(bytes))
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlibCrc32(bytes))
      }),
    )
  })

  test('is written in eight digits', () => {
    expect(hexOf(crc32(new Uint8Array()))).toBe('00000000')
    expect(hexOf(crc32(new TextEncoder().encode('123456789')))).toBe('cbf43926')
  })
})
