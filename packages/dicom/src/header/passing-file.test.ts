import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { settledOutcomeOf } from '../../samples/outcome.ts'
import { sampleFiles, sampleIdentity } from '../../samples/sample-files.ts'
import { PassingFile } from './passing-file.ts'
import { parseHeader, readHeader } from './read-header.ts'

/** In chunks of so many bytes, which are spoiled after their time. */
function pass(bytes: Uint8Array, size = bytes.length): PassingFile {
  const file = new PassingFile()
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = Uint8Array.from(bytes.subarray(at, at + size))
    file.push(chunk)
    chunk.fill(0xee)
  }
  return file
}

describe.each([...sampleFiles])('%s, as it passes', (_name, { file }) => {
  const bytes = writeDicom(file)
  const { pixelData, transferSyntax } = parseHeader(bytes)
  const end = pixelData === undefined || transferSyntax.deflated ? 'unknown' : 'whole'

  test.each([1, 7, 100, 100_000])('tells which image it is, and that it is whole, in chunks of %i bytes', (size) => {
    const passing = pass(bytes, size)
    expect(passing.end()).toBe(end)
    expect(passing.image).toMatchObject(sampleIdentity)
  })

  test('is cut off wherever a header that is read says so', async () => {
    const wrong: number[] = []
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = bytes.subarray(0, length)
      const source = { read: async (start: number, to: number) => cut.subarray(start, to) }
      const outcome = await settledOutcomeOf(readHeader(source))
      const told = pass(cut).end()
      if ('code' in outcome ? told !== (outcome.code === 'integrity' ? 'cut' : 'unknown') : told === 'cut') {
        wrong.push(length)
      }
      if (told === 'whole' && length < (pixelData?.offset ?? Infinity)) wrong.push(length)
    }
    expect(wrong).toEqual([])
  })
})

test('which image it is, is told long before the end of a header that is too long to be held', () => {
  const bytes = writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.104.1'],
      [0x00080018, 'UI', '1.2.3.4'],
      [0x0020000d, 'UI', '1.2'],
      [0x0020000e, 'UI', '1.2.3'],
      [0x00420011, 'OB', new Uint8Array(3_000_000)],
    ],
  })
  const passing = pass(bytes.subarray(0, 8192))
  expect(passing.image).toMatchObject({ sopInstanceUID: '1.2.3.4', transferSyntaxUID: '1.2.840.10008.1.2.1' })
  passing.push(bytes.subarray(8192))
  // Nothing says that no other element was to follow.
  expect(passing.end()).toBe('unknown')
  expect(pass(bytes.subarray(0, 1_000_000), 65_536).end()).toBe('cut')
})

const items: DataSet[] = Array.from({ length: 20_000 }, () => [[0x00081155, 'UI', '1.2']])

test.each<[string, DataSet]>([
  [
    'a value',
    [
      [0x00090010, 'LO', 'ACME'],
      [0x00091001, 'OB', new Uint8Array(3_000_000)],
    ],
  ],
  ['a sequence', [[0x00081140, 'SQ', { items }]]],
])('which instance it is, is told before %s that goes on for long', (_name, long) => {
  const bytes = writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
      [0x00080018, 'UI', '1.2.3.4'],
      ...long,
      [0x0020000d, 'UI', '1.2'],
      [0x0020000e, 'UI', '1.2.3'],
      [0x7fe00010, 'OB', new Uint8Array(10)],
    ],
  })
  const begun = pass(bytes.subarray(0, 8192))
  expect([begun.instance, begun.image, begun.over]).toEqual(['1.2.3.4', undefined, false])
  const passing = pass(bytes, 65_536)
  expect(passing.end()).toBe('whole')
  expect([passing.instance, passing.image?.seriesInstanceUID]).toEqual(['1.2.3.4', '1.2.3'])
})

test('every fragment is followed, however many there are', () => {
  const jpeg = sampleFiles.get('JPEG')?.file ?? { dataSet: [] }
  const bytes = writeDicom(jpeg)
  const { pixelData } = parseHeader(bytes)
  const fragment = Uint8Array.from([0xfe, 0xff, 0x00, 0xe0, 2, 0, 0, 0, 1, 2])
  const many = Buffer.concat([
    bytes.subarray(0, pixelData?.offset),
    ...Array.from({ length: 10_000 }, () => fragment),
    Uint8Array.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
  ])
  expect(pass(many, 1000).end()).toBe('whole')
  expect(pass(many.subarray(0, many.length - 9), 1000).end()).toBe('cut')
})

test('what is no DICOM file is none', () => {
  for (const text of ['', '<html>Please sign in</html>', 'x'.repeat(100_000)]) {
    const passing = pass(Buffer.from(text), 1000)
    expect(passing.end()).toBe('unknown')
    expect(passing.image).toBeUndefined()
  }
})
