import { chunkSize, nobleCipher, nonceSize, sealedChunkSize } from '@gantry/age'
import { type Bytes, isGantryError } from '@gantry/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { patternBytes } from '../testing/pattern.ts'
import { read, SealedShare } from '../testing/sealed-share.ts'

/** What came out before it failed, and with which code. */
async function attempt(body: () => Promise<Bytes>): Promise<{ bytes: Uint8Array; code: string | undefined }> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of await body()) chunks.push(chunk.slice())
  } catch (error) {
    if (!isGantryError(error)) throw error
    return { bytes: Buffer.concat(chunks), code: error.code }
  }
  return { bytes: Buffer.concat(chunks), code: undefined }
}

const whole = (share: SealedShare, name: string) => attempt(async () => (await share.open().read(name)).body)
const range = (share: SealedShare, name: string, start: number, end: number) =>
  attempt(async () => (await share.open().read(name, { start, end })).body)

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice()
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return changed
}

describe('a small object', () => {
  test.for([
    ['OpenSSL', undefined],
    ['JavaScript', nobleCipher],
  ] as const)('is refused for every bit that is flipped: %s', { timeout: 120_000 }, async ([, cipher]) => {
    const share = await SealedShare.of({ small: patternBytes(60) }, cipher)
    const good = await share.ciphertext('small')
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      await share.replace('small', flipped(good, bit))
      const result = { whole: await whole(share, 'small'), range: await range(share, 'small', 1, 59) }
      const refused = { bytes: Buffer.alloc(0), code: 'integrity' }
      expect(result, `bit ${bit} of ${good.length * 8}`).toEqual({ whole: refused, range: refused })
    }
    await share.replace('small', good)
    expect(await read(share.open(), 'small')).toEqual(patternBytes(60))
  })
})

describe('an object of several chunks', async () => {
  const size = 3 * chunkSize + 100
  const plaintext = patternBytes(size)
  const share = await SealedShare.of({ big: plaintext, other: patternBytes(size, 2) })
  const other = await share.ciphertext('other')
  const good = await share.ciphertext('big')
  const begin = share.key.header.length + nonceSize
  const prologue = good.subarray(0, begin)
  const chunk = (index: number) => good.subarray(begin + index * sealedChunkSize, begin + (index + 1) * sealedChunkSize)
  const made = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat([prologue, ...parts]))

  /** What is wrong where an object is refused as a whole, and gives right bytes or none of any of its chunks. */
  async function leaks(ciphertext: Uint8Array): Promise<string[]> {
    await share.replace('big', ciphertext)
    const all = await whole(share, 'big')
    const problems: string[] = []
    if (all.code !== 'integrity') problems.push(`whole: ${all.code}`)
    if (Buffer.compare(all.bytes, plaintext.subarray(0, all.bytes.length)) !== 0) problems.push('whole: other bytes')
    for (let index = 0; index < 4; index += 1) {
      const [start, end] = [index * chunkSize + 1, Math.min(size, (index + 1) * chunkSize) - 1]
      const part = await range(share, 'big', start, end)
      const expected = part.code === undefined ? plaintext.subarray(start, end) : new Uint8Array()
      if (part.code !== undefined && part.code !== 'integrity') problems.push(`chunk ${index}: ${part.code}`)
      if (Buffer.compare(part.bytes, expected) !== 0) problems.push(`chunk ${index}: other bytes`)
    }
    return problems
  }

  test('is refused for bits that are flipped anywhere', { timeout: 120_000 }, async () => {
    const offset = fc.oneof(
      fc.integer({ min: 0, max: good.length - 1 }),
      fc
        .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -20, max: 20 }))
        .map(([index, off]) => begin + index * sealedChunkSize + off),
    )
    await fc.assert(
      fc.asyncProperty(offset, fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        expect(await leaks(flipped(good, at * 8 + bit))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test.for([
    ['swapped', () => made(chunk(1), chunk(0), chunk(2), chunk(3))],
    ['dropped', () => made(chunk(0), chunk(2), chunk(3))],
    ['dropped at the end', () => made(chunk(0), chunk(1), chunk(2))],
    ['repeated', () => made(chunk(0), chunk(1), chunk(1), chunk(2), chunk(3))],
    ['repeated in place of another', () => made(chunk(0), chunk(1), chunk(1), chunk(3))],
    [
      'taken from another object',
      () => made(chunk(0), other.subarray(begin + sealedChunkSize, begin + 2 * sealedChunkSize), chunk(2), chunk(3)),
    ],
    ['added', () => made(chunk(0), chunk(1), chunk(2), chunk(3), new Uint8Array(sealedChunkSize))],
    ['all taken away', () => made()],
  ] as const)('is refused with chunks that are %s', async ([, make]) => {
    expect(await leaks(make())).toEqual([])
  })

  test('is refused when it is cut off anywhere, or goes on', async () => {
    const borders = [0, 1, 2, 3].map((index) => begin + index * sealedChunkSize)
    const cuts = [
      0,
      1,
      21,
      22,
      100,
      begin - nonceSize,
      begin - 1,
      ...borders.flatMap((at) => [at, at + 1, at + 15, at + 16, at + 17]),
      good.length - 1,
    ]
    for (const length of cuts) {
      const cut = good.slice(0, length)
      expect(await leaks(cut)).toEqual([])
      expect((await range(share, 'big', 0, 10)).code).toBe('integrity')
    }
    expect(await leaks(made(...[0, 1, 2, 3].map((index) => chunk(index)), new Uint8Array(1)))).toEqual([])
  })

  test('is refused when a cut is hidden by a header that was made longer', async () => {
    const stanza = Buffer.from(`-> x\n${'A'.repeat(62)}\n`)
    const text = Buffer.from(share.key.header)
    const padded = Buffer.concat([text.subarray(0, 22), stanza, text.subarray(22)])
    const length = good.length
    const ciphertext = Buffer.concat([padded, good.subarray(padded.length - stanza.length)]).subarray(0, length)
    expect(await leaks(new Uint8Array(ciphertext))).toEqual([])
  })

  test('is refused when it is another object of its source, on whole and ranged reads', async () => {
    await share.replace('big', other)
    const refusal = { bytes: Buffer.alloc(0), code: 'integrity' }
    expect(await whole(share, 'big')).toEqual(refusal)
    expect(await range(share, 'big', 5, 10)).toEqual(refusal)
    // Whatever was read of the source before.
    const store = share.open()
    await read(store, 'other')
    expect(await attempt(async () => (await store.read('big', { start: 5, end: 10 })).body)).toEqual(refusal)
  })

  test('is refused when it is of another source', async () => {
    const stranger = await SealedShare.of({ big: plaintext })
    await share.replace('big', await stranger.ciphertext('big'))
    const refusal = { bytes: Buffer.alloc(0), code: 'integrity' }
    expect(await whole(share, 'big')).toEqual(refusal)
    expect(await range(share, 'big', 5, 10)).toEqual(refusal)
  })
})
