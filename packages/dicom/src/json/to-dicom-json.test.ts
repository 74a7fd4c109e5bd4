import { type DataSet, encodeDataSet, encodingOf, transferSyntaxUID, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { codeOf } from '../../samples/outcome.ts'
import { parseHeader } from '../header/read-header.ts'
import type { BulkData, DicomJsonOptions } from './dicom-json.ts'
import { dicomJsonText } from './dicom-json-text.ts'
import { stringifyDicomJson } from './stringify-dicom-json.ts'
import { toDicomJson } from './to-dicom-json.ts'

const uid = [0x00080018, 'UI', '2.25.1'] as const

/** And the same as text, whatever it is; but those who count what is offered to them are asked once. */
function jsonOf(dataSet: DataSet, syntax = 'explicit', options: DicomJsonOptions = {}) {
  const header = parseHeader(writeDicom({ dataSet: [uid, ...dataSet], syntax }))
  const json = toDicomJson(header, options)
  const whole = stringifyDicomJson(json)
  const pieces = options.bulkDataURI === undefined ? [...dicomJsonText(header, options)] : [whole]
  expect(pieces.join('')).toBe(whole)
  return json
}

const numbers: DataSet = [
  [0x00080001, 'UL', 4_294_967_295],
  [0x00189219, 'SS', [-2, 3]],
  [0x00280010, 'US', 65_535],
  [0x0018605a, 'FL', [0.5, Number.NaN]],
  [0x00186028, 'FD', [1e-3, Number.NEGATIVE_INFINITY]],
  [0x00186020, 'SL', -7],
  [0x00041702, 'UV', [1n, 2n ** 60n]],
  [0x00720082, 'SV', [-1n]],
  [0x00280009, 'AT', [0x00181063, 0x7fe00010]],
]

describe('values (PS3.18 F.2.3)', () => {
  test.each(['explicit', 'big-endian'])('binary numbers and tags, %s', (syntax) => {
    const json = jsonOf(numbers, syntax)
    expect(json['00080001']).toEqual({ vr: 'UL', Value: [4_294_967_295] })
    expect(json['00189219']).toEqual({ vr: 'SS', Value: [-2, 3] })
    expect(json['00280010']).toEqual({ vr: 'US', Value: [65_535] })
    expect(json['0018605A']).toEqual({ vr: 'FL', Value: [0.5, 'NaN'] })
    expect(json['00186028']).toEqual({ vr: 'FD', Value: [0.001, '-Infinity'] })
    expect(json['00186020']).toEqual({ vr: 'SL', Value: [-7] })
    expect(json['00041702']).toEqual({ vr: 'UV', Value: [1, '1152921504606846976'] })
    expect(json['00720082']).toEqual({ vr: 'SV', Value: [-1] })
    expect(json['00280009']).toEqual({ vr: 'AT', Value: ['00181063', '7FE00010'] })
  })

  test('decimal and integer strings are numbers, and what is none stays as it is', () => {
    const json = jsonOf([
      [0x00200032, 'DS', ['-1.50', ' 2 ', '3e1', '.5', '5.', '', 'abc', '1e999', '0x10']],
      [0x00080020, 'DA', '20240229'],
      [0x00200011, 'IS', ['7', '+8', '1.5', '9007199254740993']],
    ])
    expect(json['00200032']?.Value).toEqual([-1.5, 2, 30, 0.5, 5, null, 'abc', '1e999', '0x10'])
    expect(json['00200011']?.Value).toEqual([7, 8, '1.5', '9007199254740993'])
  })

  test('texts are split where that is meant, and lose their padding', () => {
    const json = jsonOf([
      [0x00080008, 'CS', [' ORIGINAL ', '', 'AXIAL']],
      [0x00080070, 'LO', '  Müller & Söhne '],
      [0x00204000, 'LT', '  C:\\path  '],
      [0x00080120, 'UR', 'https://example.org/a\\b  '],
      [0x00081155, 'UI', ['1.2', '1.3']],
    ])
    expect(json['00080008']?.Value).toEqual(['ORIGINAL', null, 'AXIAL'])
    expect(json['00080070']?.Value).toEqual(['Müller & Söhne'])
    expect(json['00204000']?.Value).toEqual(['  C:\\path'])
    expect(json['00080120']?.Value).toEqual(['https://example.org/a\\b'])
    expect(json['00081155']?.Value).toEqual(['1.2', '1.3'])
  })

  test('person names by their groups', () => {
    const json = jsonOf([
      [0x00080005, 'CS', 'ISO_IR 192'],
      [0x00100010, 'PN', 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
      [0x00081070, 'PN', ['A^B', '', '=山田']],
    ])
    expect(json['00100010']?.Value).toEqual([
      { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
    ])
    expect(json['00081070']?.Value).toEqual([{ Alphabetic: 'A^B' }, null, { Ideographic: '山田' }])
    expect(json['00080005']?.Value).toEqual(['ISO_IR 192'])
  })

  test('empty ones have no value (F.2.5)', () => {
    const json = jsonOf([
      [0x00100010, 'PN', ''],
      [0x00100020, 'LO', ' '],
      [0x00280010, 'US', []],
      [0x00081140, 'SQ', { items: [] }],
      [0x00091001, 'OB', new Uint8Array(0)],
    ])
    for (const tag of ['00100010', '00100020', '00280010', '00081140', '00091001']) {
      expect(Object.keys(json[tag] ?? {})).toEqual(['vr'])
    }
  })
})

describe('binary values', () => {
  const words: DataSet = [
    [0x00091001, 'OB', Uint8Array.of(1, 2, 3, 4)],
    [0x00091002, 'OW', Uint16Array.of(0x0102, 0x0304)],
    [0x00091003, 'OL', Uint32Array.of(0x01020304)],
  ]

  test.each(['explicit', 'big-endian'])('are little endian whatever the file is: %s', (syntax) => {
    const json = jsonOf(words, syntax)
    expect(json['00091001']).toEqual({ vr: 'OB', InlineBinary: 'AQIDBA==' })
    expect(json['00091002']).toEqual({ vr: 'OW', InlineBinary: 'AgEEAw==' })
    expect(json['00091003']).toEqual({ vr: 'OL', InlineBinary: 'BAMCAQ==' })
  })

  test('go where the caller keeps them, if they are long', () => {
    const bulks: BulkData[] = []
    const dataSet: DataSet = [
      [0x00091001, 'OB', new Uint8Array(2000)],
      [0x00091002, 'OB', new Uint8Array(10)],
      [0x00091003, 'UN', new Uint8Array(100_000)],
      [0x00081140, 'SQ', { items: [[], [[0x00091001, 'OW', new Uint8Array(3000)]]] }],
      [0x7fe00010, 'OW', new Uint8Array(100)],
    ]
    const json = jsonOf(dataSet, 'explicit', {
      bulkDataURI(bulk) {
        bulks.push(bulk)
        return `bulk/${bulk.path}`
      },
    })
    expect(bulks.map(({ path, length }) => [path, length])).toEqual([
      ['00081140/1/00091001', 3000],
      ['00091001', 2000],
      ['00091003', 100_000],
      ['7FE00010', 100],
    ])
    expect(json['00091001']).toEqual({ vr: 'OB', BulkDataURI: 'bulk/00091001' })
    expect(json['00091002']?.InlineBinary).toBeDefined()
    expect(json['7FE00010']).toEqual({ vr: 'OW', BulkDataURI: 'bulk/7FE00010' })
  })

  test('are inline without such a place, but for those that were not read', () => {
    const json = jsonOf([
      [0x00091001, 'OB', new Uint8Array(2000)],
      [0x00091003, 'OB', new Uint8Array(100_000)],
      [0x7fe00010, 'OW', new Uint8Array(100)],
    ])
    expect(json['00091001']?.InlineBinary).toHaveLength(2668)
    expect(json['00091003']?.BulkDataURI).toMatch(/^\?offset=\d+&length=100000$/u)
    expect(json['7FE00010']).toBeUndefined()
  })
})

describe('where the file does not say the VR', () => {
  const signed: DataSet = [
    [0x00280103, 'US', 1],
    [0x00280120, 'SS', -5],
    [0x60020010, 'US', 9],
    [0x00090010, 'LO', 'GANTRY'],
    [0x00091001, 'LO', 'private'],
    [
      0x00081140,
      'SQ',
      {
        items: [
          [[0x00280120, 'SS', -6]],
          [
            [0x00280103, 'US', 0],
            [0x00280120, 'US', 65_530],
          ],
        ],
      },
    ],
  ]

  test('implicit: the standard does, and what is private is UN', () => {
    const json = jsonOf(signed, 'implicit')
    expect(json['00280120']).toEqual({ vr: 'SS', Value: [-5] })
    expect(json['60020010']).toEqual({ vr: 'US', Value: [9] })
    expect(json['00090010']).toEqual({ vr: 'LO', Value: ['GANTRY'] })
    expect(json['00091001']).toEqual({ vr: 'UN', InlineBinary: btoa('private ') })
    expect(json['00081140']?.Value).toEqual([
      { '00280120': { vr: 'SS', Value: [-6] } },
      { '00280103': { vr: 'US', Value: [0] }, '00280120': { vr: 'US', Value: [65_530] } },
    ])
  })

  test('UN: as if it were implicit, if that makes sense', () => {
    const item = encodeDataSet([[0x00081155, 'UI', '1.2']], encodingOf(transferSyntaxUID('implicit')))
    const sequence = Buffer.concat([Buffer.from([0xfe, 0xff, 0x00, 0xe0, item.length, 0, 0, 0]), item])
    const json = jsonOf([
      [0x00100020, 'UN', Buffer.from('ID-1')],
      [0x00081140, 'UN', sequence],
      [0x00081150, 'UN', Buffer.from('1.2.840\0')],
      [0x00081199, 'UN', Buffer.from('no sequence')],
      [0x00091001, 'UN', Buffer.from('what')],
      [0x00091002, 'UN', { items: [[[0x00080100, 'SH', 'A']]], undefinedLength: true }],
    ])
    expect(json['00100020']).toEqual({ vr: 'LO', Value: ['ID-1'] })
    expect(json['00081140']).toEqual({ vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }] })
    expect(json['00081150']).toEqual({ vr: 'UI', Value: ['1.2.840'] })
    expect(json['00081199']).toEqual({ vr: 'UN', InlineBinary: btoa('no sequence\0') })
    expect(json['00091001']).toEqual({ vr: 'UN', InlineBinary: btoa('what') })
    expect(json['00091002']).toEqual({ vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['A'] } }] })
  })
})

describe('the whole', () => {
  test('items have their own character set, or that around them', () => {
    const cyrillic = Buffer.from([0xbb, 0xee])
    const json = jsonOf([
      [0x00080005, 'CS', 'ISO_IR 144'],
      [
        0x00081140,
        'SQ',
        {
          items: [
            [[0x00080104, 'LO', cyrillic]],
            [
              [0x00080005, 'CS', 'ISO_IR 100'],
              [0x00080104, 'LO', cyrillic],
            ],
          ],
        },
      ],
    ])
    expect(json['00081140']?.Value).toEqual([
      { '00080104': { vr: 'LO', Value: ['Лю'] } },
      { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, '00080104': { vr: 'LO', Value: ['»î'] } },
    ])
  })

  test('has neither meta information nor group lengths', () => {
    const json = jsonOf([
      [0x00080000, 'UL', 100],
      [0x00080016, 'UI', '1.2'],
    ])
    expect(Object.keys(json)).toEqual(['00080016', '00080018'])
  })

  test('has the meta information where it is asked for', () => {
    const json = jsonOf([[0x00080016, 'UI', '1.2']], 'explicit', { metaInformation: true })
    expect(json['00020010']).toEqual({ vr: 'UI', Value: [transferSyntaxUID('explicit')] })
    expect(json['00020001']).toEqual({ vr: 'OB', InlineBinary: 'AAE=' })
    expect(json['00020000']).toMatchObject({ vr: 'UL' })
  })

  test('has the character set of the file where that is asked for', () => {
    const data: DataSet = [[0x00080005, 'CS', 'ISO_IR 100']]
    expect(jsonOf(data)['00080005']?.Value).toEqual(['ISO_IR 192'])
    expect(jsonOf(data, 'explicit', { keepCharacterSet: true })['00080005']?.Value).toEqual(['ISO_IR 100'])
  })

  test('is serialized in ascending order of tags', () => {
    const json = jsonOf([
      [
        0x30060020,
        'SQ',
        {
          items: [
            [
              [0x30060022, 'IS', 1],
              [0x00081155, 'UI', '1.2'],
            ],
          ],
        },
      ],
      [0x00100010, 'PN', 'A'],
    ])
    const text = stringifyDicomJson(json)
    expect(JSON.parse(text)).toEqual(json)
    expect(text.match(/[0-9A-F]{8}/gu)).toEqual(['00080018', '00100010', '30060020', '00081155', '30060022'])
  })

  test('of more elements than allowed is not made', () => {
    const items = Array.from({ length: 50 }, () => [])
    expect(codeOf(() => jsonOf([[0x00081140, 'SQ', { items }]], 'explicit', { maxElements: 49 }))).toBe('unsupported')
    expect(codeOf(() => jsonOf([[0x00081140, 'SQ', { items }]], 'explicit', { maxElements: 50 }))).toBeUndefined()
  })
})
