import { parseHeader } from '@gantry/dicom'
import { type Element, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { burnedInWarnings } from './burned-in.ts'

const ct = '1.2.840.10008.5.1.4.1.1.2'
const screen = '1.2.840.10008.5.1.4.1.1.7'

function reasons(sopClass: string, modality: string, ...more: readonly Element[]): readonly string[] {
  const pixels: Element = [0x7fe00010, 'OW', new Uint8Array(2)]
  const dataSet: readonly Element[] = [
    [0x00080016, 'UI', sopClass],
    [0x00080018, 'UI', '1.2'],
    [0x00080060, 'CS', modality],
  ]
  return burnedInWarnings(parseHeader(writeDicom({ dataSet: [...dataSet, ...more, pixels] }))).map(
    ({ reason }) => reason,
  )
}

const says = (value: string): Element => [0x00280301, 'CS', value]

test('text in the pixels is suspected by rule', () => {
  expect(reasons(ct, 'CT')).toEqual([])
  expect(reasons(ct, 'CT', says('YES'))).toEqual(['declared'])
  expect(reasons('1.2.840.10008.5.1.4.1.1.6.1', 'US')).toEqual(['modality', 'secondary-capture'])
  expect(reasons('1.2.840.10008.5.1.4.1.1.6.1', 'US', says('NO'))).toEqual([])
  expect(reasons(screen, 'OT')).toEqual(['modality', 'secondary-capture'])
  expect(reasons(ct, 'CT', [0x00080064, 'CS', 'WSD'])).toEqual(['secondary-capture'])
  expect(reasons('1.2.840.10008.5.1.4.1.1.12.1', 'XA')).toEqual([])
  expect(reasons('1.2.840.10008.5.1.4.1.1.12.1', 'XA', [0x00080008, 'CS', 'DERIVED\\SECONDARY'])).toEqual(['derived'])
  expect(reasons(screen, 'DX')).toEqual(['secondary-capture', 'derived'])
})

test('who says that there is none is not believed of devices that are known for it', () => {
  expect(reasons(ct, 'CT', says('NO'), [0x00080008, 'CS', 'DERIVED\\SECONDARY\\SCREEN SAVE'])).toEqual(['device'])
  expect(
    reasons(ct, 'CT', says('NO'), [0x00080070, 'LO', 'GE MEDICAL SYSTEMS'], [0x0008103e, 'LO', 'Dose Report']),
  ).toEqual(['device'])
  expect(reasons(ct, 'CT', [0x60000102, 'US', [12]])).toEqual(['overlay-in-pixels'])
  expect(reasons(ct, 'CT', [0x60000102, 'US', [0]], [0x60003000, 'OW', new Uint8Array(2)])).toEqual([])
})

test('a voice names people, and stays', () => {
  expect(reasons('1.2.840.10008.5.1.4.1.1.9.4.1', 'AU')).toEqual(['voice'])
})

test('without pixels there is nothing to look at', () => {
  const dataSet: readonly Element[] = [
    [0x00080016, 'UI', screen],
    [0x00080018, 'UI', '1.2'],
    [0x00080060, 'CS', 'SR'],
  ]
  expect(burnedInWarnings(parseHeader(writeDicom({ dataSet })))).toEqual([])
})
