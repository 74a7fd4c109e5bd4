import { describe, expect, test } from 'vitest'

import type { Entry } from './entry.ts'
import { compileSelection, needsHeader, type Selection, selectionSchema } from './selection.ts'

const image = {
  studyInstanceUID: '1.2.3',
  seriesInstanceUID: '1.2.3.4',
  sopInstanceUID: '1.2.3.4.5',
  sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
  transferSyntaxUID: '1.2.840.10008.1.2.1',
}
const noon = (day: string) => Date.parse(`${day}T12:00:00Z`)

/** Paths of a small store that a selection holds. */
function select(selection: Selection, options = { headers: true }): string[] {
  const entries: Entry[] = [
    {
      path: 'ct/1.dcm',
      size: 1,
      image,
      attributes: { Modality: 'CT', StudyDate: '20240229' },
      modified: noon('2025-01-01'),
    },
    { path: 'mr/2.DCM', size: 1, image: { ...image, studyInstanceUID: '9' }, attributes: { Modality: 'MR' } },
    { path: 'notes.txt', size: 1, modified: noon('2024-03-01') },
    { path: 'ct', size: 1, modified: Number.MAX_VALUE },
  ]
  return entries.filter(compileSelection(selection, options)).map(({ path }) => path)
}

const all = ['ct/1.dcm', 'mr/2.DCM', 'notes.txt', 'ct']

describe('what a path tells', () => {
  test.each<[Selection, string[]]>([
    [{}, all],
    [{ prefix: '' }, all],
    [{ prefix: 'ct' }, ['ct/1.dcm', 'ct']],
    [{ prefix: 'c' }, []],
    [{ include: ['*.txt', 'mr/**'] }, ['mr/2.DCM', 'notes.txt']],
    [{ include: [] }, []],
    [{ exclude: ['*.txt', 'ct'] }, ['ct/1.dcm', 'mr/2.DCM']],
    [{ exclude: [] }, all],
    [{ include: ['**/*.*'], exclude: ['mr/*'] }, ['ct/1.dcm', 'notes.txt']],
    [{ extensions: ['dcm'] }, ['ct/1.dcm', 'mr/2.DCM']],
    [{ extensions: ['.DCM', 'txt'] }, ['ct/1.dcm', 'mr/2.DCM', 'notes.txt']],
    [{ extensions: [''] }, ['ct']],
    [{ extensions: ['1.dcm'] }, []],
  ])('%o', (selection, expected) => {
    expect(select(selection)).toEqual(expected)
    expect(select(selection, { headers: false })).toEqual(expected)
    expect(needsHeader(selection)).toBe(false)
  })
})

describe('what only a header tells', () => {
  test.each<[Selection, string[]]>([
    [{ studies: ['1.2.3'] }, ['ct/1.dcm']],
    [{ studies: ['1.2.3', '9'] }, ['ct/1.dcm', 'mr/2.DCM']],
    [{ studies: ['1.2'] }, []],
    [{ series: ['1.2.3.4'], studies: ['9'] }, ['mr/2.DCM']],
    [{ instances: ['1.2.3.4.5'] }, ['ct/1.dcm', 'mr/2.DCM']],
    [{ modalities: ['ct'] }, ['ct/1.dcm']],
    [{ modalities: ['CT', 'MR'] }, ['ct/1.dcm', 'mr/2.DCM']],
    [{ since: '2024-02-29' }, ['ct/1.dcm', 'notes.txt']],
    [{ since: '2024-03-01' }, ['notes.txt']],
    [{ until: '2024-02-29' }, ['ct/1.dcm']],
    [{ until: '2024-02-28' }, []],
    [{ since: '2024-01-01', until: '2024-12-31' }, ['ct/1.dcm', 'notes.txt']],
  ])('%o', (selection, expected) => {
    expect(select(selection)).toEqual(expected)
    expect(select(selection, { headers: false })).toEqual(all)
    expect(needsHeader(selection)).toBe(true)
  })

  test.each([
    ['20240229', '2024-02-29'],
    ['2024.02.29', '2024-02-29'],
    ['2024:02:29', '2024-02-29'],
  ])('a study of %s is of %s', (StudyDate, day) => {
    const entry = { path: 'a', size: 1, attributes: { StudyDate } }
    expect(compileSelection({ since: day, until: day }, { headers: true })(entry)).toBe(true)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1e300, 8.64e15, undefined])(
    'an entry of %s is of no day',
    (modified) => {
      const entry = { path: 'a', size: 1, ...(modified !== undefined && { modified }) }
      expect(compileSelection({ since: '0000-01-01' }, { headers: true })(entry)).toBe(false)
      expect(compileSelection({ until: '9999-12-31' }, { headers: true })(entry)).toBe(false)
    },
  )
})

describe('the schema', () => {
  test.each<unknown>([{}, { prefix: 'a', studies: ['1.2.840'], since: '2024-02-29', until: '2024-03-01' }])(
    'takes %o',
    (selection) => {
      expect(selectionSchema.parse(selection)).toEqual(selection)
    },
  )

  test.each<unknown>([
    { studies: ['1.2/3'] },
    { series: ['1'.repeat(65)] },
    { instances: [''] },
    { since: '2024-02-30' },
    { since: '2024-1-1' },
    { until: '20240101' },
    { unknown: 1 },
    { include: 'a' },
  ])('refuses %o', (selection) => {
    expect(selectionSchema.safeParse(selection).success).toBe(false)
  })

  test('a glob that is none is refused when the selection is compiled', () => {
    expect(() => compileSelection({ include: ['{a'] }, { headers: false })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    )
  })
})
