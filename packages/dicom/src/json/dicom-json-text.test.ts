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
