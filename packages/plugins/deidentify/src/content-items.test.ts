import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import type { ProfileOptions } from './profile/profile-options.ts'
import { deidentified } from './testing/run.ts'
import { latin1Of } from './values/latin1.ts'

function item(code: string, scheme: string, meaning: string, value: DataSet[number]): DataSet {
  const concept: DataSet = [
    [0x00080100, 'SH', code],
    [0x00080102, 'SH', scheme],
    [0x00080104, 'LO', meaning],
  ]
  return [[0x0040a010, 'CS', 'CONTAINS'], [0x0040a043, 'SQ', { items: [concept] }], value].toSorted(
    ([a], [b]) => (a as number) - (b as number),
  ) as DataSet
}

const report: DataSet = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.33'],
  [0x00080018, 'UI', '1.2.3'],
  [0x00100030, 'DA', '19740305'],
  [
    0x0040a730,
    'SQ',
    {
      items: [
        item('121031', 'DCM', 'Subject Birth Date', [0x0040a121, 'DA', '19740305']),
        item('121033', 'DCM', 'Subject Age', [0x0040a160, 'UT', 'Chest 46']),
        item('121071', 'DCM', 'Finding', [0x0040a160, 'UT', 'Lung nodule']),
        item('111526', 'DCM', 'DateTime Started', [0x0040a120, 'DT', '20240102030405']),
      ],
    },
  ],
]

async function kept(options: ProfileOptions): Promise<string> {
  const { bytes } = await deidentified(writeDicom({ dataSet: report }), { clean: ['structured-content'], ...options })
  return latin1Of(bytes)
}

describe('content items say what the profile removes from a header (PS3.15 E.3.4)', () => {
  test('a birth date goes, whatever becomes of dates', async () => {
    for (const dates of ['full-dates', 'modified-dates'] as const) {
      const text = await kept({ retain: [dates] })
      expect(text).not.toContain('Subject Birth Date')
      expect(text).not.toMatch(/19740305|1964|1965/u)
      expect(text).toContain('Finding')
      expect(text).toContain('Lung')
    }
    expect(await kept({ retain: ['full-dates'] })).toContain('20240102030405')
  })

  test('a birth date goes whatever it is called, and others stay', async () => {
    const called = (value: DataSet[number]) => item('X1', '99OWN', 'Some day', value)
    const file = (studyDate: string) =>
      writeDicom({
        dataSet: [
          [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.33'],
          [0x00080018, 'UI', '1.2.3'],
          [0x00080020, 'DA', studyDate],
          [0x00100030, 'DA', '19740305'],
          [
            0x0040a730,
            'SQ',
            {
              items: [
                called([0x0040a121, 'DA', '19740305']),
                called([0x0040a121, 'DA', '20240102']),
                called([0x0040a120, 'DT', '19740305120000']),
                called([0x0040a120, 'DT', '20240102030405']),
                called([0x0040a160, 'UT', 'Born 19740305 or 1974-03-05: chest']),
              ],
            },
          ],
        ],
      })
    for (const dates of ['full-dates', 'modified-dates'] as const) {
      const { bytes } = await deidentified(file('20240102'), { clean: ['structured-content'], retain: [dates] })
      const text = latin1Of(bytes)
      // As many items as there were, but for the two of that day, which would tell an age when they are shifted as well.
      expect(text.match(/99OWN/gu)).toHaveLength(3)
      expect(text).not.toMatch(/1974/u)
      expect(text).toContain('chest')
      expect(text.includes('20240102030405')).toBe(dates === 'full-dates')
    }
    // Born on the day of the study, which is kept.
    const { bytes } = await deidentified(file('19740305'), { clean: ['structured-content'], retain: ['full-dates'] })
    expect(latin1Of(bytes).match(/99OWN/gu)).toHaveLength(5)
  })

  test('what a patient is like stays by its option alone', async () => {
    expect(await kept({})).not.toContain('Subject Age')
    expect(await kept({ retain: ['patient-characteristics'] })).toContain('Subject Age')
  })
})
