import { inflateRawSync } from 'node:zlib'

import { isGantryError } from '@gantry/core'
import { parseHeader, readHeader } from '@gantry/dicom'
import { type DataSet, phantom, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { createDeidentifier } from './deidentifier.ts'
import { deidentified, type Outcome, testKey, textsOf } from './testing/run.ts'

const syntaxes = ['explicit', 'implicit', 'big-endian', 'deflated', 'rle'] as const

async function slice(syntax: (typeof syntaxes)[number]): Promise<Uint8Array> {
  for await (const { bytes } of phantom({ size: 64, slices: 1, syntax })) return bytes
  throw new Error('There is no slice.')
}

/** All from the value of the pixel data on. */
function pixelsOf(bytes: Uint8Array): Uint8Array {
  const { transferSyntax, pixelData, meta } = parseHeader(bytes)
  const start = Math.max(...meta.map(({ offset, length = 0 }) => offset + length))
  const plain = transferSyntax.deflated ? inflateRawSync(bytes.subarray(start)) : bytes
  return Uint8Array.from(plain.subarray(pixelData?.offset ?? 0))
}

describe.each(syntaxes)('a file in %s', (syntax) => {
  test('keeps its syntax and its pixels to the byte, and is an image of the same class', async () => {
    const file = await slice(syntax)
    const { bytes, report } = await deidentified(file)
    const [before, after] = [parseHeader(file), parseHeader(bytes)]
    expect(after.transferSyntax).toEqual(before.transferSyntax)
    expect(after.encoding).toEqual(before.encoding)
    expect(after.identifiers.sopClassUID).toBe(before.identifiers.sopClassUID)
    expect(pixelsOf(bytes)).toEqual(pixelsOf(file))
    expect(report.trailingBytes).toBe(0)
  })

  test('comes out the same, whatever the chunks, and again', async () => {
    const file = await slice(syntax)
    const { bytes } = await deidentified(file)
    for (const size of [1 << 20, 4096, 37]) expect((await deidentified(file, {}, size)).bytes).toEqual(bytes)
    // De-identified twice, an image is another one, and no broken one.
    const again = await deidentified(bytes)
    expect(pixelsOf(again.bytes)).toEqual(pixelsOf(file))
  })

  test('that is cut off anywhere fails, by a code', async () => {
    const file = await slice(syntax)
    const { pixelData, transferSyntax } = parseHeader(file)
    const start = transferSyntax.deflated ? 400 : (pixelData?.offset ?? 0)
    const lengths = Array.from({ length: 60 }, (_, index) => Math.floor((index * start) / 60))
    // The last byte of a deflated file may be padding.
    lengths.push(file.length - (syntax === 'deflated' ? 2 : 1), file.length - 9, start + 1)
    const uid = parseHeader(file).identifiers.sopInstanceUID ?? ''
    const flaws: string[] = []
    for (const length of lengths) {
      const outcome = await deidentified(file.subarray(0, length)).catch((thrown: unknown) => thrown)
      if (isGantryError(outcome) && ['invalid', 'integrity'].includes(outcome.code)) continue
      // Cut between two elements, it is a data set without pixels, and de-identified as any.
      const { bytes } = outcome as Outcome
      const sound = parseHeader(bytes).pixelData === undefined && !Buffer.from(bytes).includes(uid)
      if (!sound) flaws.push(`cut at ${length}`)
    }
    expect(flaws).toEqual([])
  })
})

describe('what is held in memory', () => {
  test('is the header, and not the pixels', async () => {
    const head = writeDicom({ dataSet: [...minimal, [0x7fe00010, 'OW', new Uint8Array(8)]] })
    const length = 3 * 1024 ** 3
    new DataView(head.buffer, head.byteOffset).setUint32(head.length - 12, length, true)
    let asked = 0
    const chunk = new Uint8Array(1024 * 1024)
    async function* body() {
      yield head
      for (let left = length - 8; left > 0; left -= chunk.length) {
        asked += 1
        yield chunk.subarray(0, left)
      }
    }
    let given = 0
    for await (const part of createDeidentifier({ key: testKey }).apply(body())) {
      given += part.length
      if (asked > 20) break
    }
    expect(asked).toBe(21)
    expect(given).toBeGreaterThan(18 * chunk.length)
  })

  test('is bounded: a longer header is refused', async () => {
    const file = writeDicom({ dataSet: [...minimal, [0x00281201, 'OW', new Uint8Array(200_000)]] })
    await expect(deidentified(file, { maxHeaderBytes: 100_000 })).rejects.toMatchObject({ code: 'invalid' })
    expect((await deidentified(file)).report.counts.kept).toBeGreaterThan(0)
  })

  test('is let go of when nobody wants more', async () => {
    const file = await slice('explicit')
    let closed = false
    async function* body() {
      try {
        yield file.subarray(0, 4096)
        yield file.subarray(4096)
      } finally {
        closed = true
      }
    }
    for await (const part of createDeidentifier({ key: testKey }).apply(body())) {
      expect(part.length).toBeGreaterThan(0)
      break
    }
    expect(closed).toBe(true)
  })
})

const minimal: DataSet = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
  [0x00080018, 'UI', '1.2.3.4'],
  [0x0020000d, 'UI', '1.2.3'],
  [0x0020000e, 'UI', '1.2.3.1'],
]

describe('files that say one thing and do another', () => {
  const dataSet: DataSet = [...minimal, [0x00100010, 'PN', 'Doe^Jane'], [0x00280010, 'US', [7]]]

  test('in bytes of another encoding than declared, come out sound', async () => {
    const wrong = writeDicom({ dataSet, syntax: 'implicit' })
    wrong.set(Buffer.from('1.2.840.10008.1.2.1\0'), wrong.indexOf('1.2.840.10008.1.2\0', 0, 'latin1'))
    const { bytes } = await deidentified(writeDicom({ dataSet, syntax: 'implicit', meta: false, preamble: false }))
    const header = await readHeader({ read: async (start, end) => bytes.subarray(start, end) })
    expect(header.transferSyntax.uid).toBe('1.2.840.10008.1.2')
    expect(header.preamble).toBe(true)
    expect(textsOf(bytes).get(0x00020003)).toBe(textsOf(bytes).get(0x00080018))
  })

  test('with sequences of VR UN, are gone through', async () => {
    const items = { items: [[[0x00081155, 'UI', '1.2.3.4.5.6'] as const, [0x00100010, 'PN', 'Doe^Jane'] as const]] }
    const file = writeDicom({ dataSet: [...dataSet, [0x00081140, 'UN', { ...items, undefinedLength: true }]] })
    const { bytes } = await deidentified(file)
    expect(Buffer.from(bytes).includes('Doe')).toBe(false)
    expect(Buffer.from(bytes).includes('1.2.3.4.5.6')).toBe(false)
    expect(parseHeader(bytes).elements.find(({ tag }) => tag === 0x00081140)?.vr).toBe('SQ')
  })

  test('with text where there should be none, lose it', async () => {
    const hidden: DataSet = [
      [0x00080060, 'UT', 'HIDDEN'],
      [0x00180050, 'OB', Buffer.from('HIDDEN')],
      [0x00280011, 'LO', 'HIDDEN'],
      [0x00100010, 'SQ', { items: [[[0x00080104, 'LO', 'HIDDEN']]] }],
      [0x00082218, 'LT', 'HIDDEN'],
      [0x00282000, 'SQ', { items: [[[0x00080104, 'LO', 'HIDDEN']]] }],
    ]
    const { bytes } = await deidentified(writeDicom({ dataSet: [...minimal, ...hidden] }))
    expect(Buffer.from(bytes).includes('HIDDEN')).toBe(false)
  })
})

test('a header with an item of more elements than are held is refused, by the same words as elsewhere', async () => {
  const count = 1_000_000
  const item = Buffer.alloc(8 + count * 8, Buffer.of(0x09, 0x00, 0x10, 0x00, 0, 0, 0, 0))
  item.set([0xfe, 0xff, 0x00, 0xe0])
  item.writeUInt32LE(count * 8, 4)
  const file = writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', '1.2.3'],
      [0x00082218, 'UN', item],
    ],
  })
  await expect(deidentified(file)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('more than 1000000 items and elements'),
  })
})
