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
])('%s %j', (vr, text, is) => {
  expect(fits(0x00180050, vr, bytes(text))).toBe(is)
})

test('what is written as something else than it is may hold anything', () => {
  expect([isWrittenAs('US', 'SS'), isWrittenAs('SH', 'LO'), isWrittenAs('DS', 'IS')]).toEqual([true, true, true])
  expect([isWrittenAs('CS', 'LO'), isWrittenAs('FD', 'OB'), isWrittenAs('DS', 'ST')]).toEqual([false, false, false])
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
