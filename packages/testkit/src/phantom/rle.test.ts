import { describe, expect, test } from 'vitest'
import { uniformFrom } from './random-bits.ts'
import { encodeRle } from './rle.ts'

/** PS3.5 G.5, written after the standard's own pseudo code. */
function decode(frame: Buffer): number[][] {
  const count = frame.readUInt32LE(0)
  const offsets = Array.from({ length: count }, (_, index) => frame.readUInt32LE(4 + index * 4))
  return offsets.map((offset, index) => {
    const segment = frame.subarray(offset, offsets[index + 1] ?? frame.length)
    const out: number[] = []
    for (let at = 0; at < segment.length - 1;) {
      const code = segment.readInt8(at)
      if (code >= 0) out.push(...segment.subarray(at + 1, at + 2 + code))
      else if (code !== -128) out.push(...Array.from({ length: 1 - code }, () => segment[at + 1] as number))
      at += code >= 0 ? code + 2 : 2
    }
    return out
  })
}

describe('encodeRle', () => {
  test('a header of 64 bytes, then a segment a byte, the most significant first', () => {
    const frame = encodeRle(Uint8Array.of(1, 9, 2, 9, 3, 9, 4, 9), { rows: 1, columns: 4, bytesPerSample: 2 })
    expect(frame.readUInt32LE(0)).toBe(2)
    expect([frame.readUInt32LE(4), frame.readUInt32LE(8), frame.readUInt32LE(12)]).toStrictEqual([64, 66, 0])
    expect([...frame.subarray(64)]).toStrictEqual([253, 9, 3, 1, 2, 3, 4, 0])
  })

  test('runs do not cross rows', () => {
    const frame = encodeRle(new Uint8Array(6), { rows: 2, columns: 3, bytesPerSample: 1 })
    expect([...frame.subarray(64)]).toStrictEqual([254, 0, 254, 0])
  })

  test('samples of a colour pixel go into segments of their own', () => {
    const frame = encodeRle(Uint8Array.of(1, 2, 3, 1, 2, 3), {
      rows: 1,
      columns: 2,
      samplesPerPixel: 3,
      bytesPerSample: 1,
    })
    expect([...frame.subarray(64)]).toStrictEqual([255, 1, 255, 2, 255, 3])
  })

  test.each([1, 2, 3, 127, 128, 129, 255, 256, 257, 300])('rows of %i pixels decode to what they were', (columns) => {
    const draw = uniformFrom(columns)
    // Few values: runs of all lengths, and literals between them.
    const pixels = Uint8Array.from({ length: columns * 8 * 2 }, () => (draw() < 0.3 ? 3 * draw() : 0))
    const [high, low] = decode(encodeRle(pixels, { rows: 8, columns, bytesPerSample: 2 }))
    expect(low?.slice(0, columns * 8)).toStrictEqual(Array.from(pixels.filter((_, index) => index % 2 === 0)))
    expect(high?.slice(0, columns * 8)).toStrictEqual(Array.from(pixels.filter((_, index) => index % 2 === 1)))
  })

  test.each([[127], [128], [129], [256], [300]])('%i equal pixels and as many different ones', (columns) => {
    const draw = uniformFrom(1)
    const row = [...Array.from({ length: columns }, () => 5), ...Array.from({ length: columns }, () => 256 * draw())]
    const pixels = Uint8Array.from(row)
    const [segment] = decode(encodeRle(pixels, { rows: 1, columns: columns * 2, bytesPerSample: 1 }))
    expect(segment?.slice(0, pixels.length)).toStrictEqual([...pixels])
  })
})
