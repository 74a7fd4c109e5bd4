import { collect } from '@gantry/core'
import { writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { parseHeader } from '../header/read-header.ts'
import type { BulkData } from '../json/dicom-json.ts'
import { toDicomJson } from '../json/to-dicom-json.ts'
import { bytesSource } from '../source/header-source.ts'
import { bulkDataRange, readBulkData } from './bulk-data.ts'

const long = Uint8Array.from({ length: 3000 }, (_, index) => index % 251)
const pixels = Uint8Array.from({ length: 16 }, (_, index) => index)

function fileOf(syntax: string): Buffer {
  return writeDicom({
    syntax,
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
      [0x00080018, 'UI', '2.25.7'],
      [0x00420011, 'OB', long.subarray(0, 2000)],
      [0x52009230, 'SQ', { items: [[[0x00280010, 'US', 4]], [[0x00420011, 'OB', long]]], undefinedLength: true }],
      [0x7fe00010, 'OB', pixels],
    ],
  })
}

test.each(['implicit', 'explicit', 'big-endian', 'deflated'])(
  '%s: every value that JSON leaves out',
  async (syntax) => {
    const bytes = fileOf(syntax)
    const source = bytesSource(bytes)
    const left: BulkData[] = []
    toDicomJson(parseHeader(bytes), {
      bulkDataURI: (bulk) => {
        left.push(bulk)
        return 'bulk'
      },
    })
    expect(left.map(({ path }) => path)).toEqual(['00420011', '52009230/1/00420011', '7FE00010'])
    const values = await Promise.all(left.map(({ path }) => collect(readBulkData(source, path))))
    expect(values).toEqual([long.subarray(0, 2000), long, pixels])
    if (syntax === 'deflated') return
    const { start, end } = await bulkDataRange(source, '52009230/1/00420011')
    expect(new Uint8Array(bytes.subarray(start, end))).toEqual(long)
  },
)

test('what is not there, no path, and what has no range', async () => {
  const source = bytesSource(fileOf('explicit'))
  for (const path of ['00420012', '52009230/2/00420011', '00420011/0/00420011', '7FE00009']) {
    await expect(bulkDataRange(source, path)).rejects.toMatchObject({ code: 'not_found' })
  }
  for (const path of ['', '../7FE00010', '7FE00010/', '7FE00010/0', 'PixelData']) {
    await expect(bulkDataRange(source, path)).rejects.toMatchObject({ code: 'invalid' })
  }
  const film = writeDicom({
    syntax: '1.2.840.10008.1.2.5',
    dataSet: [
      [0x00080018, 'UI', '2.25.7'],
      [0x7fe00010, 'OB', { fragments: [pixels] }],
    ],
  })
  await expect(bulkDataRange(bytesSource(film), '7FE00010')).rejects.toMatchObject({ code: 'unsupported' })
})
