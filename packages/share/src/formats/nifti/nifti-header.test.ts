import { expect, test } from 'vitest'

import { niftiSample } from '../../testing/formats/nifti-sample.ts'
import { niftiHeaderOf } from './nifti-header.ts'

const srow = [-2, 0, 0, 90, 0, 2, 0, -126, 0, 0, 2, -72]

test.each([1, 2] as const)('version %i: the sform, turned from RAS to LPS', (version) => {
  expect(niftiHeaderOf(niftiSample({ version, srow, slope: [2, -1], window: [-100, 300] }))).toMatchObject({
    version,
    dimensions: [4, 3, 2],
    dataType: 'float32',
    components: 1,
    spacing: [2, 2, 2],
    transform: [2, 0, 0, -90, 0, -2, 0, 126, 0, 0, 2, -72, 0, 0, 0, 1],
    rescale: { slope: 2, intercept: -1 },
    window: { width: 400, level: 100 },
  })
})

test('the qform: a turn about z by a right angle, left-handed', () => {
  const half = Math.SQRT1_2
  const header = niftiHeaderOf(niftiSample({ version: 2, pixdim: [-1, 1, 2, 3], quaternion: [0, 0, half, 10, 20, 30] }))
  const expected = [0, 2, 0, -10, -1, 0, 0, -20, 0, 0, -3, 30, 0, 0, 0, 1]
  header?.transform?.forEach((value, index) => expect(value).toBeCloseTo(expected[index] as number, 10))
  expect(header?.transform).toHaveLength(16)
})

test('metres and micrometres', () => {
  const micrometres = niftiHeaderOf(niftiSample({ units: 3, srow: [1000, 0, 0, 0, 0, 1000, 0, 0, 0, 0, 1000, 5000] }))
  expect(micrometres?.transform).toEqual([-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 5, 0, 0, 0, 1])
  expect(niftiHeaderOf(niftiSample({ units: 1 }))?.spacing).toEqual([2000, 3000, 4000])
})

test('no place in space: the sizes of voxels alone; a matrix that is flat is none', () => {
  for (const sample of [niftiSample(), niftiSample({ srow: [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0] })]) {
    const header = niftiHeaderOf(sample)
    expect(header).not.toHaveProperty('transform')
    expect(header?.spacing).toEqual([2, 3, 4])
  }
})

test('times, vectors, colours; trailing dimensions of one are none', () => {
  expect(niftiHeaderOf(niftiSample({ dim: [5, 4, 3, 2, 7, 1] }))?.dimensions).toEqual([4, 3, 2, 7])
  expect(niftiHeaderOf(niftiSample({ dim: [2, 4, 3] }))?.dimensions).toEqual([4, 3, 1])
  expect(niftiHeaderOf(niftiSample({ datatype: 128, bitpix: 24 }))).toMatchObject({ dataType: 'uint8', components: 3 })
})
