import { expect, test } from 'vitest'

import type { Item, ReviewedChange, SegmentationItem } from '../engine/model.ts'
import { findChanges, unlooked } from './find-changes.ts'
import { fitsOver } from './fits-over.ts'

const change = (name: string, doing: ReviewedChange['doing'], before: string): ReviewedChange => ({
  name,
  tag: '(0010,0010)',
  doing,
  before,
  after: '',
  files: 1,
  varies: false,
})
const rows = [change('PatientName', 'replaced', 'Doe^Jane'), change('Rows', 'kept', '512')]

test('what stays is shown where that is asked for, and what is looked for is found in every column', () => {
  const names = (text: string, all = false) => findChanges(rows, text, all).map(({ name }) => name)
  expect(names('')).toEqual(['PatientName'])
  expect(names('', true)).toEqual(['PatientName', 'Rows'])
  expect(names('doe replaced')).toEqual(['PatientName'])
  expect(names('00100010')).toEqual(['PatientName'])
  expect(names('512')).toEqual([])
})

test('every series that is suspected has to be looked at', () => {
  const items = [
    { id: 'a', warnings: [1] },
    { id: 'b', warnings: [] },
    { id: 'c', warnings: [1] },
  ]
  expect(unlooked(items, new Set(['c']))).toEqual(['a'])
  expect(unlooked(items, new Set(['a', 'c']))).toEqual([])
})

test('a segmentation fits its series, others in the same frame of reference, and nothing that is on its way', () => {
  const image = { studyInstanceUID: '1', seriesInstanceUID: '1.2', sopInstanceUID: '1.3', sopClassUID: '1.4' }
  const item: Item = {
    kind: 'volume',
    id: 'a',
    name: '',
    format: 'dicom',
    bytes: 1,
    files: [{ name: 'a', size: 1, image: { ...image, transferSyntaxUID: '1.5' } }],
    frameOfReferenceUID: '1.9',
  }
  const segmentation: SegmentationItem = { id: 's', name: '', bytes: 1, segments: [] }
  expect(fitsOver({ ...segmentation, seriesInstanceUID: '1.2' }, item)).toBe(true)
  expect(fitsOver({ ...segmentation, seriesInstanceUID: '7', frameOfReferenceUID: '1.9' }, item)).toBe(true)
  expect(fitsOver({ ...segmentation, seriesInstanceUID: '7', frameOfReferenceUID: '8' }, item)).toBe(false)
  expect(fitsOver(segmentation, item)).toBe(false)
  expect(fitsOver({ ...segmentation, seriesInstanceUID: '1.2' }, { ...item, expected: 3 })).toBe(false)
})
