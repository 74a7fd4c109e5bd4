import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { readTables } from './read-tables.ts'

const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer)

function table([count, first, bits]: readonly [number, number, number], data: Uint8Array): DataSet {
  return [
    [0x00283002, 'US', [count, first & 0xffff, bits]],
    [0x00283006, 'OW', data],
  ]
}

function fileOf(more: DataSet, signed = false): Uint8Array {
  return writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
      [0x00080018, 'UI', '2.25.7'],
      [0x00280002, 'US', 1],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', 1],
      [0x00280011, 'US', 4],
      [0x00280100, 'US', 16],
      [0x00280101, 'US', 16],
      [0x00280102, 'US', 15],
      [0x00280103, 'US', signed ? 1 : 0],
      ...more,
      [0x7fe00010, 'OW', words(0, 1, 2, 3)],
    ],
  })
}

test('values are those behind the Modality LUT, outside of which are its ends', () => {
  const bytes = fileOf([[0x00283000, 'SQ', { items: [table([3, 10, 16], words(700, 500, 65_535))] }]])
  expect(readTables(bytes, 1, [0, 10, 11, 12, 4000])).toEqual({
    values: Uint16Array.of(700, 700, 500, 65_535, 65_535),
    voi: undefined,
  })
})

test('its first value has a sign where the stored ones have', () => {
  const bytes = fileOf([[0x00283000, 'SQ', { items: [table([3, -1, 16], words(7, 8, 9))] }]], true)
  expect(readTables(bytes, 1, [-5, -1, 0, 1, 2]).values).toEqual(Uint16Array.of(7, 7, 8, 9, 9))
})

test('a VOI LUT is a curve from its first value to its last', () => {
  const bytes = fileOf([[0x00283010, 'SQ', { items: [table([3, 100, 16], words(65_535, 0, 65_535))] }]])
  expect(readTables(bytes, 1, [])).toEqual({
    values: undefined,
    voi: { lower: 100, upper: 102, shades: Float32Array.of(1, 0, 1) },
  })
})

test('of 65536 entries, which is written as 0, and of 8 bits', () => {
  const falling = Uint8Array.from({ length: 65_536 }, (_, at) => 255 - (at >> 8))
  const { voi } = readTables(fileOf([[0x00283010, 'SQ', { items: [table([0, 0, 8], falling)] }]]), 1, [])
  expect(voi).toMatchObject({ lower: 0, upper: 65_535 })
  expect(voi?.shades).toHaveLength(1024)
  expect([voi?.shades[0], voi?.shades[1023]]).toEqual([1, 0])
  expect(voi?.shades[512]).toBeCloseTo(0.5, 2)
})

test('a window goes before it', () => {
  const bytes = fileOf([
    [0x00281050, 'DS', '40'],
    [0x00281051, 'DS', '400'],
    [0x00283010, 'SQ', { items: [table([2, 0, 16], words(65_535, 0))] }],
  ])
  expect(readTables(bytes, 1, []).voi).toBeUndefined()
})

test('a table that is shorter than it says is an error', () => {
  const bytes = fileOf([[0x00283010, 'SQ', { items: [table([9, 0, 16], words(1, 2))] }]])
  expect(() => readTables(bytes, 1, [])).toThrow('shorter than its descriptor says')
})
