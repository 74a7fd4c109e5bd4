import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { deidentified, textsOf } from '../testing/run.ts'
import { fits, isWrittenAs } from './fits.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

test.each([
  ['DS', '1.5\\-2e3 ', true],
  ['DS', '0,5', true],
  ['DS', 'Markova^Zd', false],
  ['IS', '12 ', true],
  ['IS', 'MKIS', false],
  ['UI', '1.2.840\0', true],
  ['UI', '1.2.Markova', false],
  ['AS', '046Y', true],
  ['CS', 'ORIGINAL\\PRIMARY\\M ', true],
  ['CS', 'Markova^Zdenka', false],
  ['CS', 'M\xfcller', false],
  ['US', 'abc', false],
  ['LO', 'anything', true],
  ['LO', 'any\x1b$Bthing\0\0', true],
  ['LO', 'any\0thing', false],
  ['SH', 'any\nthing', false],
  ['LT', 'any\r\nthing', true],
  ['LT', 'any\0thing', false],
  ['CS', 'CT\0', true],
  ['CS', 'CT\0MARKOVA', false],
  ['IS', '1\x002', false],
])('%s %j', (vr, text, is) => {
  expect(fits(0x00180050, vr, bytes(text))).toBe(is)
})

test('what is written as something else than it is may hold anything', () => {
  expect([isWrittenAs('US', 'SS'), isWrittenAs('SH', 'LO'), isWrittenAs('DS', 'IS')]).toEqual([true, true, true])
  expect([isWrittenAs('CS', 'LO'), isWrittenAs('FD', 'OB'), isWrittenAs('DS', 'ST')]).toEqual([false, false, false])
})

test('what stands behind a NUL goes, and what stands before it stays if it fits', async () => {
  const dataSet: DataSet = [
    [0x00080008, 'CS', 'Marko^va\0ORIGINAL'],
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00080018, 'UI', '1.2.3'],
    [0x00080060, 'CS', 'CT\0MARKOVA'],
    [0x00080070, 'LO', 'GE\0Markova'],
    [0x00081090, 'LO', 'Optima\nMarkova'],
    [0x00080090, 'PN', 'Waters'],
    [0x00180022, 'CS', '\0MARKOVA'],
    [0x00180023, 'CS', '2D\0\0'],
    [0x00181020, 'LO', 'Waters 7\0Markova'],
    [0x00200013, 'IS', '12\x0034'],
  ]
  const made = await deidentified(writeDicom({ dataSet: dataSet.toSorted(([a], [b]) => a - b) }))
  expect(Buffer.from(made.bytes).toString('latin1')).not.toMatch(/Marko|MARKOVA|ORIGINAL|Waters/u)
  const texts = textsOf(made.bytes)
  expect([0x00080008, 0x00080060, 0x00080070, 0x00081090, 0x00180022].map((tag) => texts.get(tag))).toEqual([
    undefined,
    'CT',
    'GE',
    'Optima',
    undefined,
  ])
  expect([0x00180023, 0x00181020, 0x00200013].map((tag) => texts.get(tag))).toEqual(['2D', '7', '12'])
  expect(made.report.counts).toMatchObject({ cleaned: 5 })
})

test('is left out where it does not fit, as is free text in short VRs that names somebody', async () => {
  const dataSet: DataSet = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00080018, 'UI', '1.2.3'],
    [0x00180015, 'LO', 'MKCS Markova'],
    [0x00180050, 'DS', 'MKDS'],
    [0x00180088, 'DS', '2.5'],
    [0x00280106, 'OB', bytes('MKOB')],
    [0x00420011, 'OB', bytes('a document')],
    [0x00420015, 'UL', [10]],
    [0x00620005, 'LO', 'Markova tumour'],
    [0x00700081, 'LO', 'Seg by Markova'],
  ]
  const made = await deidentified(writeDicom({ dataSet }), {})
  expect(Buffer.from(made.bytes).toString('latin1')).not.toMatch(/MK|Markova/u)
  const texts = textsOf(made.bytes)
  expect(texts.get(0x00180088)).toBe('2.5')
  expect(texts.get(0x00620005)).toBe('tumour')
  // Its length says what no longer is.
  expect([...texts.keys()]).not.toContain(0x00420015)
})
