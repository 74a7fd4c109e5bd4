import { expect, test } from 'vitest'

import { textBytes } from '../../testing/formats/binary.ts'
import { nrrdHeader, nrrdSample } from '../../testing/formats/nrrd-sample.ts'
import { nrrdHeaderOf } from './nrrd-header.ts'
import { nrrdTextOf } from './nrrd-text.ts'

type Lines = Parameters<typeof nrrdHeader>[0]

function headerOf(lines: Lines) {
  const text = nrrdTextOf(nrrdSample(lines), true)
  if (text === undefined) throw new Error('There is no header.')
  return nrrdHeaderOf(text)
}

test('where it lies, in LPS', () => {
  const lps = [1, 0, 0, -10, 0, 2, 0, -20, 0, 0, 3, -30, 0, 0, 0, 1]
  expect(headerOf({})).toMatchObject({ dimensions: [4, 3, 2], components: 1, spacing: [1, 2, 3], transform: lps })
  expect(headerOf({ space: 'RAS' }).transform).toEqual([-1, 0, 0, 10, 0, -2, 0, 20, 0, 0, 3, -30, 0, 0, 0, 1])
  expect(headerOf({ space: 'left-anterior-superior' }).transform?.slice(4, 8)).toEqual([0, -2, 0, 20])
  const unknown = headerOf({ space: undefined, 'space dimension': '3' })
  expect(unknown).not.toHaveProperty('transform')
  expect(unknown.spacing).toEqual([1, 2, 3])
  const spacings = { space: undefined, 'space directions': undefined, 'space origin': undefined, spacings: '4 5 6' }
  expect(headerOf(spacings).spacing).toEqual([4, 5, 6])
})

test('axes that lie in no space: the numbers of a voxel, or times', () => {
  const four = { dimension: '4', sizes: '3 4 3 2', 'space directions': 'none (1,0,0) (0,2,0) (0,0,3)' }
  expect(headerOf({ ...four, kinds: 'vector domain domain domain' })).toMatchObject({
    dimensions: [4, 3, 2],
    components: 3,
  })
  expect(
    headerOf({ ...four, sizes: '4 3 2 5', 'space directions': '(1,0,0) (0,2,0) (0,0,3) none', kinds: undefined }),
  ).toMatchObject({ dimensions: [4, 3, 2, 5], components: 1, spacing: [1, 2, 3] })
})

test('data in files of their own: one, a list, a pattern', () => {
  expect(headerOf({ 'data file': 'scan data.raw' })).toMatchObject({ dataFiles: ['scan data.raw'] })
  expect(headerOf({ datafile: 'scan%03d.raw 1 5 2' }).dataFiles).toEqual(['scan001.raw', 'scan003.raw', 'scan005.raw'])
  const list = textBytes(`${nrrdHeader().replace('\nkey:=value', '')}\ndata file: LIST\na.raw\nsub/b.raw\n`)
  const text = nrrdTextOf(list, true)
  expect(text === undefined ? [] : nrrdHeaderOf(text).dataFiles).toEqual(['a.raw', 'sub/b.raw'])
  expect(() => headerOf({ 'data file': 'a%09d.raw 0 999999999 1' })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  )
})
