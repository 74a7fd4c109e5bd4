import { isGantryError } from '@gantry/core'
import { parseHeader } from '@gantry/dicom'
import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { expandSegments } from './expand-segments.ts'
import { describeImage } from './image-description.ts'

function words(values: readonly number[], bigEndian = false): Uint8Array {
  const bytes = new Uint8Array(values.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) view.setUint16(index * 2, value, !bigEndian)
  return bytes
}

/** What is no coded error fails the test. */
function outcomeOf(expand: () => number): number | 'invalid' {
  try {
    return expand()
  } catch (error) {
    if (isGantryError(error) && error.code === 'invalid') return 'invalid'
    throw error
  }
}

/** Two entries, a line of four to 1000, and both of them again, from byte 0 on: the line begins where the last one ended. */
const segments = [0, 2, 100, 200, 1, 4, 1000, 2, 2, 0, 0]
const table = [100, 200, 400, 600, 800, 1000, 100, 200, 400, 600, 800, 1000]

test.each([false, true])('segments of each kind, big endian: %s (PS3.3 C.7.9.2)', (bigEndian) => {
  const bytes = words(segments, bigEndian)
  expect([...expandSegments({ bytes, bits: 16, bigEndian, entries: 12 })]).toEqual(table)
  // No further than the table goes; what is behind the last segment pads.
  expect([...expandSegments({ bytes, bits: 16, bigEndian, entries: 7 })]).toEqual(table.slice(0, 7))
  const padded = Buffer.concat([bytes, new Uint8Array(2)])
  expect([...expandSegments({ bytes: padded, bits: 16, bigEndian, entries: 256 })]).toEqual(table)
})

test('an indirect segment begins at the byte that it names, and may begin by a line', () => {
  // From byte 8: the line alone.
  const bytes = words([0, 2, 100, 200, 1, 4, 1000, 0, 1, 0, 2, 1, 8, 0])
  expect([...expandSegments({ bytes, bits: 16, bigEndian: false, entries: 11 })]).toEqual([
    100, 200, 400, 600, 800, 1000, 0, 250, 500, 750, 1000,
  ])
})

test('tables of 8 bits are in bytes, the place that is referred to in four of them', () => {
  const bytes = Uint8Array.of(0, 1, 10, 1, 4, 20, 2, 1, 3, 0, 0, 0)
  expect([...expandSegments({ bytes, bits: 8, bigEndian: false, entries: 9 })]).toEqual([
    10, 13, 15, 18, 20, 20, 20, 20, 20,
  ])
})

test.each([
  ['a line that continues nothing', [1, 4, 1000]],
  ['a reference before there is anything', [2, 1, 0, 0]],
  ['a reference to a reference', [0, 1, 5, 2, 1, 6, 0]],
  ['a reference beyond the end', [0, 1, 5, 2, 1, 0, 1]],
  ['a kind that there is none of', [3, 1, 5]],
  ['a segment of nothing', [0, 1, 5, 0, 0, 0]],
  ['entries beyond the end', [0, 9, 5]],
  ['nothing', []],
])('%s is invalid', (_name, values) => {
  const expand = () => expandSegments({ bytes: words(values), bits: 16, bigEndian: false, entries: 256 })
  expect(expand).toThrow(expect.objectContaining({ code: 'invalid' }))
})

test('whatever the bytes are, no more than the table comes of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(3), fc.nat(65_535)), { maxLength: 60 }),
      fc.constantFrom(8, 16),
      fc.integer({ min: 1, max: 65_536 }),
      (values, bits, entries) => {
        const outcome = outcomeOf(
          () => expandSegments({ bytes: words(values), bits, bigEndian: false, entries }).length,
        )
        expect(outcome === 'invalid' || (outcome > 0 && outcome <= entries)).toBe(true)
      },
    ),
    { seed: 9, numRuns: 500 },
  )
})

test('an image has the palette that its segments stand for', () => {
  const palette = [0, 1, 2].flatMap((colour): DataSet => [
    [0x00281101 + colour, 'US', [12, 0, 16]],
    [0x00281221 + colour, 'OW', words(segments)],
  ])
  const bytes = writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
      [0x00080018, 'UI', '2.25.7'],
      [0x00280002, 'US', 1],
      [0x00280004, 'CS', 'PALETTE COLOR'],
      [0x00280010, 'US', 1],
      [0x00280011, 'US', 2],
      [0x00280100, 'US', 8],
      [0x00280101, 'US', 8],
      [0x00280102, 'US', 7],
      [0x00280103, 'US', 0],
      ...palette.toSorted(([a], [b]) => a - b),
      [0x7fe00010, 'OB', Uint8Array.of(0, 5)],
    ],
  })
  const { palette: tables = [] } = describeImage(parseHeader(bytes))
  expect(tables.map(({ first, bits, data }) => [first, bits, [...data]])).toEqual([0, 1, 2].map(() => [0, 16, table]))
})
