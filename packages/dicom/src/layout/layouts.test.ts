import { type Attributes, checkPath, type ImageIdentity } from '@gantry/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { codeOf } from '../../samples/outcome.ts'
import { hierarchicalLayout, templateLayout } from './layouts.ts'
import { safeSegment, safeValue } from './safe-segment.ts'

const image: ImageIdentity = {
  studyInstanceUID: '1.2',
  seriesInstanceUID: '1.3',
  sopInstanceUID: '1.4',
  sopClassUID: '1.5',
  transferSyntaxUID: '1.2.840.10008.1.2.1',
  numberOfFrames: 9,
}

function pathOf(template: string, attributes: Attributes = {}): string {
  return templateLayout(template)({ path: 'x', size: 1, image, attributes })
}

describe('layouts', () => {
  test('hierarchical', () => {
    const entry = { path: 'a/b.dcm', size: 1, image, attributes: { PatientID: 'ID-1' } }
    expect(hierarchicalLayout(entry)).toBe('ID-1/1.2/1.3/1.4.dcm')
    expect(hierarchicalLayout({ path: 'a/b.dcm', size: 1, image })).toBe('unknown/1.2/1.3/1.4.dcm')
    expect(hierarchicalLayout.keywords).toEqual(['PatientID'])
  })

  test('a template', () => {
    const template = '{PatientID}/{StudyDate}/{SeriesNumber}-{Modality}/{SOPInstanceUID}.dcm'
    const attributes = { PatientID: 'A/B', StudyDate: '20240229', SeriesNumber: '7', Modality: 'CT' }
    expect(pathOf(template, attributes)).toBe('A_B/20240229/7-CT/1.4.dcm')
    expect(templateLayout(template).keywords).toEqual(['PatientID', 'StudyDate', 'SeriesNumber', 'Modality'])
    expect(pathOf('all/{NumberOfFrames}{TransferSyntaxUID}.dcm')).toBe('all/91.2.840.10008.1.2.1.dcm')
  })

  test('what is no image keeps its path', () => {
    expect(hierarchicalLayout({ path: 'DICOMDIR', size: 1 })).toBe('DICOMDIR')
  })

  test.each([
    ['an unknown keyword', '{Patient}/{SOPInstanceUID}.dcm'],
    ['bytes', '{PixelData}.dcm'],
    ['a sequence', '{PatientID}/{ReferencedImageSequence}.dcm'],
    ['a tag', '{00100020}/{SOPInstanceUID}.dcm'],
    ['a lone brace', '{PatientID/x'],
    ['another', 'PatientID}/x'],
    ['an empty one', '{}'],
    ['nothing', ''],
    ['an absolute path', '/{PatientID}'],
    ['a way out', '../{PatientID}'],
    ['an empty segment', '{PatientID}//x'],
    ['a character that not every system has', 'a:b/{PatientID}'],
    ['a backslash', 'a\\{PatientID}'],
    ['a device', 'nul/{PatientID}'],
    ['a dot at the end', 'a./{PatientID}'],
  ])('a template with %s is invalid', (_name, template) => {
    expect(codeOf(() => templateLayout(template))).toBe('invalid')
  })
})

describe('values from headers', () => {
  test.each([
    ['', 'unknown'],
    ['  ', 'unknown'],
    ['..', '..'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['a\\b:c*d?e"f<g>h|i', 'a_b_c_d_e_f_g_h_i'],
    ['a\0b\nc\u007f', 'a_b_c_'],
    ['\u202Egnp.exe', '_gnp.exe'],
    ['1\u200f2\u061c', '1_2_'],
    ['Ä', 'Ä'],
    ['\ud800x', '\ufffdx'],
    ['山田^太郎', '山田^太郎'],
  ])('%j becomes %j', (value, safe) => {
    expect(safeValue(value)).toBe(safe)
  })

  test.each([
    ['.', '_'],
    ['..', '__'],
    ['a. ', 'a__'],
    ['CON', '_CON'],
    ['nul.dcm', '_nul.dcm'],
    ['com1', '_com1'],
    ['aux .dcm', '_aux .dcm'],
    ['CONOUT$', '_CONOUT$'],
    ['LPT¹.x', '_LPT¹.x'],
    ['console', 'console'],
  ])('the segment %j becomes %j', (segment, safe) => {
    expect(safeSegment(segment)).toBe(safe)
  })

  test('what is too long is cut, and stays distinct', () => {
    const [a, b] = [safeValue(`${'x'.repeat(200)}a`), safeValue(`${'x'.repeat(200)}b`)]
    expect(a).toHaveLength(64)
    expect(a).not.toBe(b)
    expect(new TextEncoder().encode(safeValue('山'.repeat(100))).length).toBeLessThanOrEqual(64)
    const long = pathOf('{PatientID}{PatientName}{StudyDescription}{SeriesDescription}.dcm', {
      PatientID: 'a'.repeat(99),
      PatientName: 'b'.repeat(99),
      StudyDescription: 'c'.repeat(99),
      SeriesDescription: 'd'.repeat(99),
    })
    expect(long).toHaveLength(200)
    expect(long.endsWith('.dcm')).toBe(true)
  })

  test('whatever they are, the path has the shape of the template', () => {
    const layout = templateLayout('{PatientID}/{PatientName}-{StudyDate}/{SOPInstanceUID}.dcm')
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('..', '.', 'a/..', 'NUL', '/', '\0'),
    )
    fc.assert(
      fc.property(text, text, text, text, (PatientID, PatientName, StudyDate, sopInstanceUID) => {
        const entry = {
          path: 'x',
          size: 1,
          image: { ...image, sopInstanceUID },
          attributes: { PatientID, PatientName, StudyDate },
        }
        const path = layout(entry)
        expect(checkPath(path)).toBe(path)
        const segments = path.split('/')
        expect(segments).toHaveLength(3)
        for (const segment of segments) {
          expect(segment).not.toMatch(/[\\:*?"<>|\p{Cc}]|[. ]$|^ /u)
          expect(new TextEncoder().encode(segment).length).toBeLessThanOrEqual(255)
        }
      }),
      { seed: 20_240_229, numRuns: 500 },
    )
  })
})
