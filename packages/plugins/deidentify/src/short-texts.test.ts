import { type DicomElement, itemsOf, parseHeader } from '@gantry/dicom'
import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { deidentified, textsOf } from './testing/run.ts'
import { latin1Of } from './values/latin1.ts'

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

  test('and so do codes that somebody typed, which are the same wherever they were', async () => {
    const layer: DataSet = [[0x00700002, 'CS', 'MARKOVA 1']]
    const { bytes } = await deidentified(
      image([
        [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
        [0x00100010, 'PN', 'Markova^Primary'],
        [0x00180015, 'CS', 'KNEE'],
        [0x00700060, 'SQ', { items: [layer, [[0x00700002, 'CS', 'ARROWS']]] }],
        [0x00700080, 'CS', 'MARKOVA'],
        [0x60000040, 'CS', 'R'],
        [0x60001001, 'CS', 'MARKOVA 1'],
      ]),
      { clean: ['graphics'] },
    )
    const { elements } = parseHeader(bytes)
    const texts = textsOf(bytes)
    const layers = itemsOf(elements.find(({ tag }) => tag === 0x00700060) as DicomElement).map((item) =>
      latin1Of(item[0]?.value ?? new Uint8Array(0)).trim(),
    )
    expect(layers).toEqual([expect.stringMatching(/^ANON_[0-9A-Z]{11}$/u), 'ARROWS'])
    expect(texts.get(0x60001001)).toBe(layers[0])
    expect(texts.get(0x00700080)).toMatch(/^ANON_/u)
    expect(texts.get(0x00700080)).not.toBe(layers[0])
    expect([texts.get(0x00080008), texts.get(0x00180015)]).toEqual(['ORIGINAL\\PRIMARY\\AXIAL', 'KNEE'])
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
