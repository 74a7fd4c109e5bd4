import { parseHeader } from '@gantry/dicom'
import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { deidentified, testKey, textsOf } from './testing/run.ts'
import { cleanText } from './values/clean-text.ts'
import { KeyedHash } from './values/keyed-hash.ts'
import { shiftDate } from './values/shift-date.ts'

const hash = new KeyedHash(testKey)

describe('dates', () => {
  test.each([
    ['DA', '20240229', -1, '20240228'],
    ['DA', '2024.03.01', -1, '20240229'],
    ['DA', '20240230', -1, undefined],
    ['DA', '0001', -1, undefined],
    ['DA', 'Jane', -1, undefined],
    ['DT', '20240301101112.123456+0100', -1, '20240229101112.123456+0100'],
    ['DT', '2024030110', -366, '2023030110'],
    ['DT', '202403', -40, '202401'],
    ['DT', '2024', -400, '2023'],
    ['DT', '2024-03-01', -1, undefined],
    ['TM', '101112.5', -1, '101112.5'],
    ['TM', '10', -1, '10'],
    ['TM', 'noon', -1, undefined],
  ])('%s %s moved by %i days is %s', (vr, value, days, moved) => {
    expect(shiftDate(vr, value, days)).toBe(moved)
  })

  test('keep their distances', () => {
    const date = fc.date({ min: new Date('1930-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    const written = (value: Date) => value.toISOString().slice(0, 10).replaceAll('-', '')
    const read = (value = '') => Date.parse(value.replace(/(....)(..)(..)/u, '$1-$2-$3'))
    fc.assert(
      fc.property(date, date, fc.string(), (a, b, patient) => {
        const days = hash.days(patient)
        expect(days).toBeLessThanOrEqual(-30)
        expect(days).toBeGreaterThanOrEqual(-3650)
        const [first, second] = [written(a), written(b)]
        const moved = [first, second].map((value) => read(shiftDate('DA', value, days)))
        expect((moved[1] ?? 0) - (moved[0] ?? 0)).toBe(read(second) - read(first))
      }),
      { seed: 3 },
    )
  })

  test('of devices that are retained are moved with the others', async () => {
    const dataSet: DataSet = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', '1.2.3'],
      [0x00080020, 'DA', '20240110'],
      [0x00100020, 'LO', '4711'],
      [0x00181000, 'LO', 'serial-7'],
      [0x00181200, 'DA', '20240110'],
    ]
    const { bytes } = await deidentified(writeDicom({ dataSet }), { retain: ['modified-dates', 'device'] })
    const texts = textsOf(bytes)
    expect(texts.get(0x00181000)).toBe('serial-7')
    expect(texts.get(0x00181200)).toBe(texts.get(0x00080020))
    expect(texts.get(0x00181200)).not.toBe('20240110')
  })

  test('are moved alike for a patient, in all his files; times stay', async () => {
    const file = (study: string, date: string, id = '4711'): Uint8Array =>
      writeDicom({
        dataSet: [
          [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
          [0x00080018, 'UI', `${study}.1`],
          [0x00080020, 'DA', date],
          [0x00080030, 'TM', '101112'],
          [0x0008002a, 'DT', `${date}101112`],
          [0x00100020, 'LO', id],
          [0x00100030, 'DA', '19500101'],
          [0x0020000d, 'UI', study],
        ],
      })
    const moved = async (bytes: Uint8Array) =>
      textsOf((await deidentified(bytes, { retain: ['modified-dates'] })).bytes)
    const [a, b] = [await moved(file('1.5', '20240110')), await moved(file('1.6', '20240117'))]
    const day = (texts: ReadonlyMap<number, string>) =>
      Date.parse(`${texts.get(0x00080020)?.replace(/(....)(..)(..)/u, '$1-$2-$3')}`)
    expect(day(b) - day(a)).toBe(7 * 86_400_000)
    expect(a.get(0x00080020)).not.toBe('20240110')
    expect(a.get(0x0008002a)).toBe(`${a.get(0x00080020)}101112`)
    expect(a.get(0x00080030)).toBe('101112')
    expect(a.get(0x00100030)).toBe('')
    expect(a.get(0x00280303)).toBe('MODIFIED')
    expect(a.get(0x00100020)).toBe(b.get(0x00100020))
    const other = await moved(file('1.7', '20240110', '4712'))
    expect(other.get(0x00080020)).not.toBe(a.get(0x00080020))
  })
})

describe('descriptions', () => {
  test.each([
    ['CT Chest with contrast, 5mm, Dr. Miller', 'CT Chest with contrast 5mm'],
    ['Head^Routine (Adult) 1992', 'Head Routine'],
    ['Doe Jane', ''],
    ['T2 FLAIR axial 3', 'T2 FLAIR axial 3'],
    ['Thorax Müller', 'Thorax'],
    // What follows a title is a name, whatever it is else.
    ['CT Head Dr. Hand', 'CT Head'],
    ['Dr. Hand / Dr. Foot', ''],
    ['DR WATERS, Chest', 'Chest'],
    ['55F Dr. Smith', ''],
    // A figure orders series; several are a number, a date or an age.
    ['Chest 3/5/1974 tel 5-5-5-4', 'Chest'],
    ['SSN 1 2 3 4', ''],
    ['CT chest female 5 y M', 'CT chest'],
  ])('%j is cleaned to %j', (text, cleaned) => {
    expect(cleanText(text, new Set())).toBe(cleaned)
  })

  test('lose a word that is the name of the patient', () => {
    expect(cleanText('MR Head Hip', new Set(['head']))).toBe('MR Hip')
  })

  test('lose the names of everyone that the header names, at every level', async () => {
    const dataSet: DataSet = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', '1.2.3'],
      [0x00080090, 'PN', 'Waters^Roger'],
      [0x00081030, 'LO', 'CT head for Waters; aka Cross'],
      [0x0008103e, 'LO', 'Small\\Chest'],
      [0x00101001, 'PN', 'Cross^Anna'],
      [
        0x00081110,
        'SQ',
        {
          items: [
            [
              [0x00081052, 'SQ', { items: [[[0x00080080, 'LO', 'x']]] }],
              [0x00100010, 'PN', 'Small'],
            ],
          ],
        },
      ],
    ]
    const { bytes } = await deidentified(writeDicom({ dataSet }), { clean: ['descriptors'] })
    const texts = textsOf(bytes)
    expect(texts.get(0x00081030)).toBe('CT head for')
    // As many values as before.
    expect(texts.get(0x0008103e)).toBe('\\Chest')
  })
})

describe('what a data set says of its own de-identification', () => {
  const dataSet: DataSet = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00080018, 'UI', '1.2.3'],
    [0x00120062, 'CS', 'NO'],
    [0x00120063, 'LO', 'MARKER'],
    [0x00120064, 'SQ', { items: [[[0x00080104, 'LO', 'MARKER']]] }],
    [0x00280303, 'CS', 'UNMODIFIED'],
  ]

  test('are the profile and its options, by their codes', async () => {
    const { bytes } = await deidentified(writeDicom({ dataSet }), {
      retain: ['full-dates', 'uids', 'device', 'institution', 'patient-characteristics', 'safe-private'],
      clean: ['descriptors', 'graphics', 'structured-content'],
    })
    const text = Buffer.from(bytes).toString('latin1')
    for (const code of [0, 3, 4, 5, 6, 8, 9, 10, 11, 12]) expect(text).toContain(`1131${String(code).padStart(2, '0')}`)
    for (const code of ['113101', '113102', '113107', 'MARKER']) expect(text).not.toContain(code)
    expect(textsOf(bytes).get(0x00120062)).toBe('YES')
    expect(textsOf(bytes).get(0x00280303)).toBe('UNMODIFIED')
    const tags = parseHeader(bytes).elements.map(({ tag }) => tag)
    expect(tags).toEqual(tags.toSorted((a, b) => a - b))
    expect(new Set(tags).size).toBe(tags.length)
  })

  test('dates that are removed are said to be', async () => {
    const { bytes } = await deidentified(writeDicom({ dataSet }))
    expect(textsOf(bytes).get(0x00280303)).toBe('REMOVED')
  })
})
