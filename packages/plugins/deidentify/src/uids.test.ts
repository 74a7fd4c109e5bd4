import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { createDeidentifier } from './deidentifier.ts'
import { deidentified, testKey, textsOf } from './testing/run.ts'
import { deidentifying } from './transform.ts'
import { KeyedHash } from './values/keyed-hash.ts'
import { latin1Of } from './values/latin1.ts'

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
