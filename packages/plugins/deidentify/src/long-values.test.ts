import { parseHeader } from '@gantry/dicom'
import { type DataSet, type Element, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { createDeidentifier } from './deidentifier.ts'
import { deidentified, testKey } from './testing/run.ts'

const mebibyte = 1024 * 1024
const long = new Uint8Array(mebibyte).fill(0x41)

const creator: Element = [0x00090010, 'LO', 'SOMEBODY']
const privateData = (value: Uint8Array): Element => [0x00091001, 'OB', value]
const document = (value: Uint8Array): Element => [0x00420011, 'OB', value]
/** A table that is kept. */
const table: Element = [0x00281201, 'OW', long]
const icon = (value: Uint8Array): Element => [0x00880200, 'SQ', { items: [[[0x7fe00010, 'OW', value]]] }]

function fileOf(elements: DataSet, syntax: 'explicit' | 'implicit' | 'big-endian' | 'deflated' = 'explicit') {
  const image: DataSet = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
    [0x00080018, 'UI', '1.2.3.4'],
    [0x00100010, 'PN', 'Doe^Jane'],
    [0x0020000d, 'UI', '1.2.3'],
    [0x0020000e, 'UI', '1.2.3.1'],
    [0x7fe00010, 'OW', Uint8Array.from({ length: 4096 }, (_, index) => index % 251)],
  ]
  return writeDicom({ dataSet: [...image, ...elements].toSorted(([a], [b]) => a - b), syntax })
}

test.each(['explicit', 'implicit', 'big-endian', 'deflated'] as const)(
  'what is made does not hang on how long the values are that go or are replaced: %s',
  async (syntax) => {
    const short = long.subarray(0, 100)
    const expected = await deidentified(
      fileOf([creator, privateData(short), icon(short), document(short), table], syntax),
    )
    const file = fileOf([creator, privateData(long), icon(long), document(long), table], syntax)
    for (const size of [3 * mebibyte, 65_536, 4097]) {
      const { bytes, report } = await deidentified(file, {}, size)
      expect(Buffer.compare(bytes, expected.bytes)).toBe(0)
      expect(report).toEqual(expected.report)
    }
    expect(expected.report.documents).toBe(1)
    // The document is two bytes that mean nothing, the table all of it.
    const lengths = new Map(parseHeader(expected.bytes).elements.map(({ tag, length }) => [tag, length]))
    expect([lengths.get(0x00420011), lengths.get(0x00281201), lengths.has(0x00091001)]).toEqual([2, mebibyte, false])
  },
)

test('what is passed over is not held, however long it is, and one that is to be kept is refused beyond the limit', async () => {
  const count = 200
  async function heldOf(element: (value: Uint8Array) => Element) {
    const file = fileOf([element(long)])
    const { offset = 0 } = parseHeader(file).elements.find(({ tag }) => tag === element(long)[0]) ?? {}
    new DataView(file.buffer, file.byteOffset).setUint32(offset - 4, count * mebibyte, true)
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    async function* body() {
      yield file.subarray(0, offset)
      // One buffer, again and again: what is counted are copies of it, and room for more.
      for (let index = 0; index < count; index += 1) {
        yield long
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
      }
      yield file.subarray(offset + mebibyte)
    }
    let given = 0
    for await (const chunk of createDeidentifier({ key: testKey, maxHeaderBytes: 8 * mebibyte }).apply(body())) {
      given += chunk.length
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    return { given, most }
  }
  for (const element of [privateData, document]) {
    const { given, most } = await heldOf(element)
    expect(given).toBeLessThan(8192)
    expect(most).toBeLessThan(32 * mebibyte)
  }
  await expect(heldOf((value) => [0x00281201, 'OW', value])).rejects.toMatchObject({ code: 'invalid' })
})

test('one that is cut off where it is passed over fails', async () => {
  const file = fileOf([creator, privateData(long)])
  for (const left of [4200, mebibyte / 2]) {
    await expect(deidentified(file.subarray(0, file.length - left))).rejects.toMatchObject({ code: 'integrity' })
  }
})

test('a sequence of more than a million items passes: they are held one by one', async () => {
  const items = new Uint8Array(8 * 1_000_001)
  items.set([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
  for (let length = 8; length < items.length; length *= 2) items.copyWithin(length, 0, length)
  const { bytes } = await deidentified(fileOf([[0x52009230, 'SQ', items]]))
  const perFrame = parseHeader(bytes).elements.find(({ tag }) => tag === 0x52009230)
  expect(perFrame?.value?.length).toBeGreaterThanOrEqual(items.length)
})
