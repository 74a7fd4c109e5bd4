import { describe, expect, test } from 'vitest'
import type { DataSet } from './data-set.ts'
import { writeDicom } from './dicom-writer.ts'

/** The data set's bytes alone, in hexadecimal. */
function bodyOf(dataSet: DataSet, syntax = 'explicit'): string {
  return writeDicom({ dataSet, syntax, preamble: false, meta: false }).toString('hex')
}

const item: DataSet = [[0x00080100, 'SH', 'T1']]

/** The values alone: what is behind `skip` hexadecimal digits of each element's head. */
const valuesOf = (dataSet: DataSet, syntax: string, skip: number): string =>
  dataSet.map((element) => bodyOf([element], syntax).slice(skip)).join(' ')

const sequence = (undefinedLength: boolean, undefinedItemLength: boolean): string =>
  bodyOf([[0x00081140, 'SQ', { items: [item], undefinedLength, undefinedItemLength }]], 'implicit')

describe('writeDicom', () => {
  test('preamble and meta information', () => {
    const file = writeDicom({
      dataSet: [
        [0x00080016, 'UI', '1.2'],
        [0x00080018, 'UI', '1.2.3'],
      ],
    })
    expect(file.subarray(0, 128)).toStrictEqual(Buffer.alloc(128))
    expect(file.toString('latin1', 128, 132)).toBe('DICM')
    expect(file.toString('hex', 132, 144)).toMatch(/^02000000554c0400........$/)
    const groupEnd = 144 + file.readUInt32LE(140)
    expect(file.toString('hex', groupEnd, groupEnd + 8)).toBe('0800160055490400')
    expect(file.toString('latin1', 144, groupEnd)).toContain('1.2.840.10008.1.2.1\0')
    expect(file.toString('latin1', 144, groupEnd)).toContain('UI\x06\x001.2.3\0')
  })

  test('preamble and meta information can each be left out or given', () => {
    const dataSet: DataSet = [[0x00100010, 'PN', 'A']]
    const meta: DataSet = [[0x00020010, 'UI', '1.2.840.10008.1.2']]
    expect(writeDicom({ dataSet, preamble: false }).readUInt32LE(0)).toBe(2)
    expect(writeDicom({ dataSet, meta: false }).toString('latin1', 128)).toBe('DICM\x10\0\x10\0PN\x02\0A ')
    expect(writeDicom({ dataSet: [], preamble: false, meta }).toString('hex')).toBe(
      `02000000554c04001a0000000200100055491200${Buffer.from('1.2.840.10008.1.2\0').toString('hex')}`,
    )
  })

  test('the length of every kind of element, in every encoding', () => {
    const dataSet: DataSet = [
      [0x00280010, 'US', 513],
      [0x00420011, 'OB', Uint8Array.of(7)],
    ]
    expect(bodyOf(dataSet)).toBe('2800100055530200010242001100 4f42000002000000 0700'.replaceAll(' ', ''))
    expect(bodyOf(dataSet, 'implicit')).toBe('28001000020000000102420011000200000007 00'.replace(' ', ''))
    expect(bodyOf(dataSet, 'big-endian')).toBe('0028001055530002020100420011 4f42000000000002 0700'.replaceAll(' ', ''))
  })

  test('numbers of every width, in both byte orders', () => {
    const values: DataSet = [
      [1, 'AT', 0x00100020],
      [2, 'SS', -2],
      [3, 'UL', [1, 2]],
      [4, 'FL', 1.5],
      [5, 'FD', 1.5],
      [6, 'SV', -2n],
      [7, 'OW', Uint16Array.of(1, 2)],
      [8, 'DS', [1.5, -2]],
    ]
    expect(valuesOf(values, 'implicit', 16)).toBe(
      '10002000 feff 0100000002000000 0000c03f 000000000000f83f feffffffffffffff 01000200 312e355c2d32',
    )
    expect(valuesOf(values.slice(0, 5), 'big-endian', 16)).toBe(
      '00100020 fffe 0000000100000002 3fc00000 3ff8000000000000',
    )
    expect(valuesOf(values.slice(5, 7), 'big-endian', 24)).toBe('fffffffffffffffe 00010002')
  })

  test('sequences and items with lengths or delimiters', () => {
    const inner = '080000010200000054 31'.replace(' ', '')
    expect(sequence(false, false)).toBe(`0800401112000000feff00e00a000000${inner}`)
    expect(sequence(true, false)).toBe(`08004011fffffffffeff00e00a000000${inner}feffdde000000000`)
    expect(sequence(false, true)).toBe(`080040111a000000feff00e0ffffffff${inner}feff0de000000000`)
    expect(sequence(true, true)).toBe(`08004011fffffffffeff00e0ffffffff${inner}feff0de000000000feffdde000000000`)
  })

  test('a sequence of VR UN holds implicit items', () => {
    expect(bodyOf([[0x00091001, 'UN', { items: [item], undefinedLength: true }]])).toBe(
      '09000110554e0000ffffffff feff00e00a000000 080000010200000054 31 feffdde000000000'.replaceAll(' ', ''),
    )
  })

  test('fragments with every kind of offset table', () => {
    const fragments = [Uint8Array.of(1, 2), Uint8Array.of(3)]
    const written = (offsetTable: 'empty' | 'fragments' | number[]): string =>
      bodyOf([[0x7fe00010, 'OB', { fragments, offsetTable }]], '1.2.840.10008.1.2.4.50').slice(24)
    const items = 'feff00e0020000000102feff00e0020000000300feffdde000000000'
    expect(written('empty')).toBe(`feff00e000000000${items}`)
    expect(written('fragments')).toBe(`feff00e008000000000000000a000000${items}`)
    expect(written([5])).toBe(`feff00e00400000005000000${items}`)
  })

  test('elements are sorted, unless the order is to be kept', () => {
    const dataSet: DataSet = [
      [0x00100020, 'LO', ''],
      [0x00080060, 'CS', 'CT'],
    ]
    expect(bodyOf(dataSet, 'implicit')).toBe('080060000200000043541000200000000000')
    const kept = writeDicom({ dataSet, syntax: 'implicit', preamble: false, meta: false, keepOrder: true })
    expect(kept.toString('hex')).toBe('100020000000000008006000020000004354')
  })

  test('refuses what cannot be written', () => {
    expect(() => bodyOf([[0x00100010, 'PN', 'x'.repeat(65_536)]])).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(() => bodyOf([[0x00180050, 'DS', 1 / 3]])).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(() => bodyOf([[0x00280010, 'US', ['5']]])).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
