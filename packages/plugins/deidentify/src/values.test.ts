import { type DicomElement, itemsOf, parseHeader } from '@gantry/dicom'
import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createDeidentifier } from './deidentifier.ts'
import { deidentified, testKey, textsOf } from './testing/run.ts'
import { deidentifying } from './transform.ts'
import { cleanText } from './values/clean-text.ts'
import { KeyedHash } from './values/keyed-hash.ts'
import { latin1Of } from './values/latin1.ts'
import { shiftDate } from './values/shift-date.ts'

const hash = new KeyedHash(testKey)

describe('UIDs', () => {
  test('are valid, the same for the same, and others by another key', () => {
    const other = new KeyedHash(new Uint8Array(32).fill(8))
    const seen = new Set<string>()
    for (let index = 0; index < 10_000; index += 1) {
      const uid = hash.uid(`1.2.3.${index}`)
      expect(uid).toMatch(/^2\.25\.[1-9]\d{0,38}$/u)
      expect(hash.uid(`1.2.3.${index}`)).toBe(uid)
      seen.add(uid)
    }
    expect(seen.size).toBe(10_000)
    expect(other.uid('1.2.3.1')).not.toBe(hash.uid('1.2.3.1'))
    expect(hash.uid('1.2.840.10008.1.4.1.1')).toBe('1.2.840.10008.1.4.1.1')
    // Written down, so that no release gives other ones to a project that goes on.
    expect(hash.uid('1.2.3')).toBe('2.25.177015266788544103913458199377484223304')
    expect(hash.pseudonym('id 4711')).toBe('72MSQDFM5Y3KZQ8P')
    expect(hash.days('id 4711')).toBe(-2798)
  })

  test('that are retained are replaced where they are not made of figures, the same everywhere, and no file is without', async () => {
    const uids = (instance: string, study: string): DataSet => [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', instance],
      [0x00080060, 'CS', 'CT'],
      [0x0020000d, 'UI', study],
      [0x0020000e, 'UI', '1.2.3.4'],
      [0x00200052, 'UI', 'MARKER'],
    ]
    const made = async (instance: string, study: string) => {
      const { bytes, report } = await deidentified(writeDicom({ dataSet: uids(instance, study) }), { retain: ['uids'] })
      expect(latin1Of(bytes)).not.toMatch(/MARKER|a1b2/u)
      return { texts: textsOf(bytes), report }
    }
    const [first, second] = [await made('2.25.a1b2', 'a1b2'), await made('1.2.7', 'a1b2')]
    expect(first.texts.get(0x00080018)).toBe(hash.uid('2.25.a1b2'))
    expect(first.texts.get(0x00020003)).toBe(hash.uid('2.25.a1b2'))
    expect(first.report.sopInstanceUID).toBe(hash.uid('2.25.a1b2'))
    expect(first.texts.get(0x0020000d)).toBe(second.texts.get(0x0020000d))
    expect(second.texts.get(0x00080018)).toBe('1.2.7')
    expect(second.texts.get(0x0020000e)).toBe('1.2.3.4')
    const step = deidentifying(createDeidentifier({ key: testKey, retain: ['uids'] }))
    const image = {
      sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
      sopInstanceUID: '2.25.a1b2',
      studyInstanceUID: 'a1b2',
      seriesInstanceUID: '1.2.3.4',
      transferSyntaxUID: '1.2.840.10008.1.2.1',
    }
    expect(step.become?.({ path: 'a', image }).path).toBe(`${hash.uid('a1b2')}/1.2.3.4/${hash.uid('2.25.a1b2')}.dcm`)
  })

  test('that are written as something else are still there', async () => {
    const dataSet: DataSet = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', '1.2.3'],
      [0x0020000d, 'LO', '1.2.4'],
      [0x0020000e, 'UN', Buffer.from('1.2.5\0')],
    ]
    const texts = textsOf((await deidentified(writeDicom({ dataSet }))).bytes)
    expect(texts.get(0x0020000d)).toBe(hash.uid('1.2.4'))
    expect(texts.get(0x0020000e)).toBe(hash.uid('1.2.5'))
  })

  test('of the standard stay, but nothing that begins like one', () => {
    expect(hash.uid('1.2.840.10008.1.2')).toBe('1.2.840.10008.1.2')
    expect(hash.uid('1.2.840.10008.Markova')).toMatch(/^2\.25\./u)
  })

  test.each([
    ['two', '1.2.840.10008.5.1.4.1.1.2', '1.2.3\\1.2.4'],
    ['none', '1.2.840.10008.5.1.4.1.1.2', ''],
    ['a class that is none', 'Markova', '1.2.3'],
  ])('of an instance: %s, and it is refused', async (_name, sopClass, instance) => {
    const dataSet: DataSet = [
      [0x00080016, 'UI', sopClass],
      [0x00080018, 'UI', instance],
    ]
    await expect(deidentified(writeDicom({ dataSet }))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('it does not have one'),
    })
  })

  test('of short keys are refused', () => {
    expect(() => new KeyedHash(new Uint8Array(15))).toThrow('too short')
  })

  test('that refer to one another still do, across files', async () => {
    const one = (uid: string, refers: string): DataSet => [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', uid],
      [0x0020000d, 'UI', '1.2.3'],
      [0x00200052, 'UI', '1.2.3.9'],
      [
        0x00082112,
        'SQ',
        {
          items: [
            [
              [0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
              [0x00081155, 'UI', refers],
            ],
          ],
        },
      ],
    ]
    const files = await Promise.all(
      [one('1.1', '1.2'), one('1.2', '1.1')].map(
        async (dataSet) => (await deidentified(writeDicom({ dataSet }))).bytes,
      ),
    )
    const [a, b] = files.map((bytes) => ({ text: Buffer.from(bytes).toString('latin1'), texts: textsOf(bytes) }))
    expect(a?.texts.get(0x0020000d)).toBe(b?.texts.get(0x0020000d))
    expect(a?.texts.get(0x00200052)).toBe(b?.texts.get(0x00200052))
    const count = (text = '', uid = '') => text.split(uid).length - 1
    expect(count(a?.text, b?.texts.get(0x00080018))).toBe(1)
    expect(count(b?.text, a?.texts.get(0x00080018))).toBe(1)
  })
})

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

describe('short texts that stay', () => {
  const image = (more: DataSet): Uint8Array =>
    writeDicom({
      dataSet: [[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'], [0x00080018, 'UI', '1.2.3'], ...more],
    })

  test('lose who the header names, without any option', async () => {
    const { bytes } = await deidentified(
      image([
        [0x00080070, 'LO', 'Markova Imaging'],
        [0x00081090, 'LO', 'Optima 12 CT'],
        [0x00100010, 'PN', 'Markova^Zdenka^A'],
        [0x00100020, 'LO', 'P-4711-12'],
        [0x00181016, 'LO', 'A CT 4711'],
        [0x00181020, 'LO', 'A 12.1\\p'],
        [0x00181210, 'SH', 'Zdenka chest'],
      ]),
    )
    const texts = textsOf(bytes)
    expect([0x00080070, 0x00081090, 0x00181016, 0x00181020, 0x00181210].map((tag) => texts.get(tag))).toEqual([
      'ANONYMIZED',
      'Optima 12 CT',
      'CT',
      'A 12.1\\p',
      'chest',
    ])
  })

  test('are cleaned where they are what somebody called it', async () => {
    const { bytes } = await deidentified(
      image([
        [0x00181040, 'LO', 'oral, by Markova'],
        [0x00540400, 'SH', 'Markova 3'],
        [0x30020003, 'LO', 'AP Markova'],
      ]),
    )
    const texts = textsOf(bytes)
    expect([0x00181040, 0x00540400, 0x30020003].map((tag) => texts.get(tag))).toEqual(['oral by', '3', 'AP'])
  })

  test.each([
    ['99KIS', 'ANONYMIZED', 'MR Knee'],
    ['L', 'ANONYMIZED', 'MR Knee'],
    [undefined, 'ANONYMIZED', 'MR Knee'],
    ['SCT', 'K-77', 'MR Knee Helga Schmidt 1970'],
  ])('as codes of the scheme %s', async (scheme, code, meaning) => {
    const item: DataSet = [
      [0x00080100, 'SH', 'K-77'],
      ...(scheme === undefined ? [] : ([[0x00080102, 'SH', scheme]] as DataSet)),
      [0x00080104, 'LO', 'MR Knee Helga Schmidt 1970'],
    ]
    const { bytes } = await deidentified(image([[0x00082218, 'SQ', { items: [item] }]]))
    const [made = []] = itemsOf(parseHeader(bytes).elements.find(({ tag }) => tag === 0x00082218) as DicomElement)
    const texts = new Map(made.map(({ tag, value = new Uint8Array(0) }) => [tag, latin1Of(value).trim()]))
    expect([texts.get(0x00080100), texts.get(0x00080104)]).toEqual([code, meaning])
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
