import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { deflate } from './deflate.ts'
import { uniformFrom } from './random-bits.ts'

const draw = uniformFrom(7)
const random = Uint8Array.from({ length: 100_003 }, () => 256 * draw())
const words = Buffer.from('slice thickness, slice spacing, slice position; '.repeat(3000))

describe('deflate', () => {
  test.each([
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(200)],
    ['two bytes', Uint8Array.of(1, 1)],
    ['three equal bytes', Uint8Array.of(9, 9, 9)],
    ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
    ['random bytes', random],
    ['a long run', new Uint8Array(100_000)],
    ['text', words],
    ['matches at every distance', Buffer.concat([random, random.subarray(random.length - 32_768), random])],
    ['matches of every length', Buffer.concat(Array.from({ length: 270 }, (_, length) => random.subarray(0, length)))],
  ])('%s comes back from zlib', (_, data) => {
    expect(Buffer.compare(inflateRawSync(deflate(data)), data)).toBe(0)
  })

  test('makes repetitive data smaller and random data at most an eighth larger', () => {
    expect(deflate(words).length).toBeLessThan(words.length / 50)
    expect(deflate(random).length).toBeLessThanOrEqual(random.length * 1.125 + 16)
  })

  test('is the same on every machine', () => {
    const digest = createHash('sha256').update(deflate(words)).digest('hex')
    expect(digest).toMatchInlineSnapshot(`"9a7a9053b3b457d2de9f8697935bc8fa53fc5f3feae011515661bd05a8d6e44b"`)
  })
})
