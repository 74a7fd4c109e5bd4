import type { DicomJsonElement } from '@gantry/core'
import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { parseHeader } from '../header/read-header.ts'
import type { BulkData } from './dicom-json.ts'
import { dicomJsonText } from './dicom-json-text.ts'
import { stringifyDicomJson } from './stringify-dicom-json.ts'
import { toDicomJson } from './to-dicom-json.ts'

test('long sequences within one another are what they are as a whole, with what is added', () => {
  const inner = Array.from({ length: 200 }, (_, index): DataSet => [[0x00204000, 'LT', `frame ${index}`]])
  const items = Array.from({ length: 40 }, (_, index): DataSet => [
    [0x00209111, 'SQ', { items: inner, undefinedLength: index % 2 === 0 }],
    [0x30060020, 'SQ', { items: [] }],
  ])
  const dataSet: DataSet = [
    [0x00080018, 'UI', '2.25.1'],
    [0x00083002, 'UI', '1.2'],
    [0x52009230, 'SQ', { items }],
    [0x7fe00010, 'OB', new Uint8Array(4)],
    [0xfffafffa, 'SQ', { items: [] }],
  ]
  const header = parseHeader(writeDicom({ dataSet }))
  const options = { bulkDataURI: ({ path }: BulkData) => `bulk/${path}`, metaInformation: true }
  const add = { '00083002': { vr: 'UI', Value: ['1.3'] }, FFFE0000: { vr: 'LO', Value: ['last'] } }
  const pieces = [...dicomJsonText(header, options, add)]
  expect(pieces.join('')).toBe(stringifyDicomJson({ ...toDicomJson(header, options), ...add }))
  expect(pieces.length).toBeGreaterThan(10)
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(50_000)
})

test('what is told of an element, and which are told, can be said', () => {
  const dataSet: DataSet = [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00100010, 'PN', Uint8Array.of(0xc4, 0x20)],
    [0x00100020, 'LO', 'left out'],
    [0x00400275, 'SQ', { items: [] }],
    [0x00409096, 'SQ', { items: [[[0x00400100, 'SQ', { items: [] }]]] }],
    [0x7fe00010, 'OB', new Uint8Array(4)],
  ]
  const header = parseHeader(writeDicom({ dataSet }))
  const write = ({ vr, Value = [], BulkDataURI }: DicomJsonElement, path: string) => ({
    vr,
    Value,
    at: BulkDataURI ?? path,
  })
  const wanted = new Set(['00100010', '00409096', '7FE00010'])
  const options = { bulkDataURI: () => 'there', write, wants: (tag: string) => wanted.has(tag) }
  // Also where the character set itself is not told, or is told otherwise.
  const add = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } }
  for (const more of [{}, add]) {
    expect(JSON.parse([...dicomJsonText(header, options, more)].join(''))).toEqual({
      ...(Object.keys(more).length > 0 && { '00080005': { vr: 'CS', Value: ['ISO_IR 192'], at: '00080005' } }),
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Ä' }], at: '00100010' },
      '00409096': { vr: 'SQ', Value: [{ '00400100': { vr: 'SQ', Value: [], at: '00409096/0/00400100' } }] },
      '7FE00010': { vr: 'OB', Value: [], at: 'there' },
    })
  }
})

test('of items that are let go of one by one, the longest counts and not all of them', () => {
  const item: DataSet = [
    [0x00080104, 'LO', 'A'],
    [0x00081140, 'SQ', { items: [[[0x00081155, 'UI', '1.2']]] }],
  ]
  const items = Array.from({ length: 50 }, () => item)
  const dataSet = (longest: DataSet): DataSet => [
    [0x00081115, 'SQ', { items }],
    [0x52009230, 'SQ', { items: [...items, longest, ...items] }],
  ]
  // An item, its two elements, and what one of them holds.
  const of = (longest: DataSet) =>
    parseHeader(writeDicom({ dataSet: [[0x00080018, 'UI', '2.25.1'], ...dataSet(longest)] }))
  const whole = of(item)
  const text = [...dicomJsonText(whole, { maxElements: 5 })].join('')
  expect(text).toBe(stringifyDicomJson(toDicomJson(whole)))
  expect(() => toDicomJson(whole, { maxElements: 5 })).toThrow(expect.objectContaining({ code: 'unsupported' }))
  const longer = of([...item, [0x00204000, 'LT', 'B']])
  expect(() => [...dicomJsonText(longer, { maxElements: 5 })]).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message: expect.stringContaining('more than 5 items and elements'),
    }),
  )
})

test('a sequence of more than a million items is told of', () => {
  const items = new Uint8Array(8 * 1_000_001)
  items.set([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
  for (let length = 8; length < items.length; length *= 2) items.copyWithin(length, 0, length)
  const header = parseHeader(
    writeDicom({
      dataSet: [
        [0x00080018, 'UI', '2.25.1'],
        [0x52009230, 'SQ', items],
      ],
    }),
  )
  let length = 0
  for (const piece of dicomJsonText(header)) length += piece.length
  expect(length).toBeGreaterThan(3 * 1_000_001)
})
