import { type DataSet, encodeDataSet, encodingOf, transferSyntaxUID, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { codeOf } from '../../samples/outcome.ts'
import { sampleBytes, sampleDataSet, sampleFiles, sampleIdentity } from '../../samples/sample-files.ts'
import { attributesOf } from '../values/attributes.ts'
import { parseHeader } from './read-header.ts'
import { parseIdentity, parseImage } from './read-image.ts'

function bodyOf(syntax: string, dataSet: DataSet = sampleDataSet(new Uint8Array(8), 'OW', [])): Buffer {
  return encodeDataSet(dataSet, encodingOf(transferSyntaxUID(syntax)))
}

/** A file that says one thing and does another. */
function fileOf(declared: string, body: Uint8Array): Buffer {
  const head = writeDicom({ dataSet: [], syntax: declared })
  return Buffer.concat([head, body])
}

describe('not DICOM', () => {
  test.each([
    ['nothing', new Uint8Array(0)],
    ['a byte', Uint8Array.of(8)],
    ['NULs', new Uint8Array(100_000)],
    ['text', Buffer.from('solid cube\n  facet normal 0 0 1\n'.repeat(100))],
    ['JSON', Buffer.from(JSON.stringify({ DICM: Array.from({ length: 100 }, (_, index) => index) }))],
    ['text with DICM in it', Buffer.from(`${' '.repeat(120)}DICM${' '.repeat(400)}`)],
    ['group 0008 and nonsense', Buffer.concat([Buffer.from([8, 0, 5, 0]), Buffer.alloc(400, 0x43)])],
    [
      'some right elements, and no UID',
      encodeDataSet(
        [
          [0x00080005, 'CS', 'ISO_IR 6'],
          [0x00080060, 'CS', 'CT'],
          [0x00080070, 'LO', 'X'],
          [0x00080080, 'LO', 'Y'],
        ],
        encodingOf(''),
      ),
    ],
  ])('%s is invalid', (_name, bytes) => {
    expect(codeOf(() => parseHeader(bytes))).toBe('invalid')
    expect(() => parseHeader(bytes)).toThrow('Not a DICOM file')
    expect(codeOf(() => parseIdentity(bytes))).toBe('invalid')
  })

  test('a DICOM prefix and nothing behind it is a file cut off', () => {
    expect(codeOf(() => parseHeader(sampleBytes('explicit').subarray(0, 132)))).toBe('integrity')
  })
})

describe('what real writers get wrong', () => {
  test.each(['implicit', 'explicit', 'big-endian'])('a data set that is %s, whatever is declared', (actual) => {
    for (const declared of ['implicit', 'explicit', 'big-endian', '1.2.840.10008.1.2.4.50']) {
      const file = fileOf(declared, bodyOf(actual))
      expect(parseImage(file).image).toMatchObject({
        ...sampleIdentity,
        transferSyntaxUID: transferSyntaxUID(declared),
      })
    }
  })

  test('no transfer syntax: what the data set is written in', () => {
    for (const actual of ['implicit', 'explicit', 'big-endian']) {
      const head = writeDicom({ dataSet: [], meta: [[0x00020001, 'OB', Uint8Array.of(0, 1)]] })
      const file = Buffer.concat([head, bodyOf(actual)])
      expect(parseIdentity(file).transferSyntaxUID).toBe(transferSyntaxUID(actual))
    }
  })

  test('a wrong or missing length of the meta information', () => {
    const bytes = sampleBytes('explicit')
    for (const length of [0, 4, 1000, 0xffffffff]) {
      const wrong = Buffer.from(bytes)
      wrong.writeUInt32LE(length, 140)
      expect(parseIdentity(wrong)).toMatchObject(sampleIdentity)
    }
    expect(parseIdentity(Buffer.concat([bytes.subarray(0, 132), bytes.subarray(144)]))).toMatchObject(sampleIdentity)
  })

  test('meta information in implicit VR', () => {
    const meta = encodeDataSet([[0x00020010, 'UI', '1.2.840.10008.1.2']], encodingOf('1.2.840.10008.1.2'))
    const file = Buffer.concat([sampleBytes('explicit').subarray(0, 132), meta, bodyOf('implicit')])
    expect(parseIdentity(file)).toMatchObject(sampleIdentity)
  })

  test('DICM without the 128 bytes before it', () => {
    const file = sampleBytes('explicit').subarray(128)
    expect(parseHeader(file).preamble).toBe(false)
    expect(parseIdentity(file)).toMatchObject(sampleIdentity)
  })

  test('NULs behind a data set', () => {
    const dataSet = sampleDataSet('').filter(([tag]) => tag !== 0x7fe00010)
    for (const length of [8, 12, 512]) {
      const file = Buffer.concat([writeDicom({ dataSet }), new Uint8Array(length)])
      expect(parseIdentity(file)).toMatchObject(sampleIdentity)
    }
  })

  test('a VR that there is none of, and one of the future', () => {
    const dataSet = bodyOf('explicit', sampleDataSet(new Uint8Array(8)))
    const manufacturer = [0x08, 0x00, 0x70, 0x00]
    const short = Buffer.from([...manufacturer, 0x3f, 0x3f, 0x02, 0x00, 0x58, 0x59])
    const long = Buffer.from([...manufacturer, 0x5a, 0x5a, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x58, 0x59])
    for (const odd of [short, long]) {
      const file = fileOf('explicit', Buffer.concat([dataSet.subarray(0, 18), odd, dataSet.subarray(18)]))
      expect(parseIdentity(file)).toMatchObject(sampleIdentity)
    }
  })

  test('UIDs in VR UN, with spaces around them, or breaking the rules', () => {
    const odd: DataSet = [
      [0x00080016, 'UN', Buffer.from('1.2.3\0')],
      [0x00080018, 'UI', Buffer.from(' 1.2.4  ')],
      [0x0020000d, 'UI', Buffer.from('1.2.05.X ')],
      [0x0020000e, 'UI', '1.2.6'],
      [0x00280008, 'IS', '1A'],
    ]
    const { image } = parseImage(fileOf('explicit', bodyOf('explicit', odd)))
    expect(image).toEqual({
      sopClassUID: '1.2.3',
      sopInstanceUID: '1.2.4',
      studyInstanceUID: '1.2.05.X',
      seriesInstanceUID: '1.2.6',
      transferSyntaxUID: '1.2.840.10008.1.2.1',
    })
  })

  test('an element that comes twice: its last', () => {
    const twice: DataSet = [...sampleDataSet(''), [0x00100020, 'LO', 'ID-2']]
    const { elements } = parseHeader(fileOf('explicit', bodyOf('explicit', twice)))
    expect(attributesOf(elements, ['PatientID'])).toEqual({ PatientID: 'ID-2' })
  })
})

function without(tag: number): Buffer {
  const dataSet = sampleDataSet(new Uint8Array(8)).filter(([other]) => other !== tag)
  return writeDicom({ dataSet, meta: [[0x00020010, 'UI', '1.2.840.10008.1.2.1']] })
}

describe('what must not be put together', () => {
  test.each([
    ['SOP Class', 0x00080016],
    ['SOP Instance', 0x00080018],
    ['Study Instance', 0x0020000d],
    ['Series Instance', 0x0020000e],
  ])('no identity without a %s UID; the header can be read', (name, tag) => {
    expect(() => parseIdentity(without(tag))).toThrow(`there is no ${name} UID`)
    expect(codeOf(() => parseIdentity(without(tag)))).toBe('invalid')
    expect(codeOf(() => parseHeader(without(tag)))).toBeUndefined()
  })

  test('the meta information stands in for what the data set lacks', () => {
    const dataSet = sampleDataSet(new Uint8Array(8)).filter(([tag]) => tag !== 0x00080018)
    const meta: DataSet = [
      [0x00020003, 'UI', '2.25.5'],
      [0x00020010, 'UI', '1.2.840.10008.1.2.1'],
    ]
    expect(parseIdentity(writeDicom({ dataSet, meta })).sopInstanceUID).toBe('2.25.5')
  })

  test('a DICOMDIR is recognised, and is no image', () => {
    const records: DataSet = [[0x00041220, 'SQ', { items: [[[0x00041430, 'CS', 'PATIENT']]], undefinedLength: true }]]
    const file = writeDicom({
      dataSet: records,
      meta: [
        [0x00020002, 'UI', '1.2.840.10008.1.3.10'],
        [0x00020003, 'UI', '2.25.5'],
        [0x00020010, 'UI', '1.2.840.10008.1.2.1'],
      ],
    })
    expect(parseHeader(file).kind).toBe('directory')
    expect(codeOf(() => parseIdentity(file))).toBe('unsupported')
    expect(parseHeader(sampleBytes('explicit')).kind).toBe('instance')
  })

  test('sequences nested beyond reason are malformed, at whatever depth', () => {
    const open = Buffer.from([
      8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 255, 255, 255, 255, 254, 255, 0, 224, 255, 255, 255, 255,
    ])
    const before = bodyOf('explicit', sampleDataSet('').slice(0, 8))
    for (const depth of [65, 1000, 200_000]) {
      const file = fileOf('explicit', Buffer.concat([before, ...Array.from({ length: depth }, () => open)]))
      expect(codeOf(() => parseHeader(file))).toBe('invalid')
      expect(codeOf(() => parseIdentity(file))).toBe('invalid')
    }
  })

  test('messages name tags at most', () => {
    const sample = sampleFiles.get('explicit')?.file.dataSet ?? []
    const bytes = writeDicom({ dataSet: sample }).subarray(0, -40)
    expect(() => parseHeader(bytes)).toThrow(/^Truncated DICOM: the data end within the pixel data\.$/u)
  })
})
