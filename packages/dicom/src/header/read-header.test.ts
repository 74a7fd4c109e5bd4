import { sampleBytes, sampleFiles, sampleIdentity } from '../../samples/sample-files.ts'
import { writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { bytesSource, type HeaderSource } from '../source/header-source.ts'
import { toDicomJson } from '../json/to-dicom-json.ts'
import { attributesOf } from '../values/attributes.ts'
import { parseHeader, readHeader } from './read-header.ts'
import { parseImage, readIdentity, readImage } from './read-image.ts'

/** Counts what is asked of it; `size: undefined` keeps its length to itself. */
function watched(bytes: Uint8Array, size: number | undefined = bytes.length) {
  const reads: { start: number; end: number }[] = []
  const source: HeaderSource = {
    ...(size === undefined ? {} : { size }),
    read(start, end) {
      reads.push({ start, end })
      return Promise.resolve(bytes.slice(start, end))
    },
  }
  return { source, reads }
}

describe.each([...sampleFiles])('%s', (_name, { file, uid }) => {
  const bytes = writeDicom(file)
  const expected = { ...sampleIdentity, transferSyntaxUID: uid, numberOfFrames: 3 }

  test('has its identity, by every way to read it', async () => {
    expect(parseImage(bytes).image).toEqual(expected)
    expect(parseHeader(bytes).identifiers).toEqual(expected)
    expect(await readIdentity(bytesSource(bytes))).toEqual(expected)
    expect((await readHeader(bytesSource(bytes))).identifiers).toEqual(expected)
  })

  test('has its attributes', async () => {
    const attributes = { Modality: 'OT', PatientName: 'Ümläut^Ünnamed', SeriesNumber: '7', StudyDate: '20240229' }
    const keywords = [...Object.keys(attributes), 'AccessionNumber']
    expect((await readImage(bytesSource(bytes), { keywords })).attributes).toEqual(attributes)
    expect(attributesOf(parseHeader(bytes).elements, keywords)).toEqual(attributes)
  })

  test('has its pixel data where the header says', () => {
    const { pixelData, transferSyntax, preamble } = parseHeader(bytes)
    expect(preamble).toBe(file.preamble !== false)
    expect(transferSyntax.uid).toBe(uid)
    if (transferSyntax.deflated) return
    const { offset = 0, length } = pixelData ?? {}
    // A native value begins 0, 1, 2; an encapsulated one with the item of its offset table.
    expect([...bytes.subarray(offset, offset + 3)]).toEqual(length === undefined ? [0xfe, 0xff, 0x00] : [0, 1, 2])
    expect(length).toBe(uid.startsWith('1.2.840.10008.1.2.4') || length === undefined ? undefined : 96)
  })

  test('reads the same in small steps, with and without a known size', async () => {
    const whole = toDicomJson(parseHeader(bytes))
    for (const size of [bytes.length, undefined]) {
      const { source, reads } = watched(bytes, size)
      expect(toDicomJson(await readHeader(source, { firstRead: 256 }))).toEqual(whole)
      expect(await readIdentity(watched(bytes, size).source, { firstRead: 256 })).toEqual(expected)
      expect(reads.length).toBeLessThan(10)
    }
  })
})

/** A file whose header is long by one element. */
function withValue(length: number, value = new Uint8Array(length)): Buffer {
  const sample = sampleFiles.get('explicit')?.file
  return writeDicom({ dataSet: [...(sample?.dataSet ?? []), [0x00420011, 'OB', value]] })
}

describe('bounded reads', () => {
  test('one read is enough for a usual header', async () => {
    const { source, reads } = watched(sampleBytes('explicit'))
    await readHeader(source)
    expect(reads).toHaveLength(1)
  })

  test('a long value is passed over, not read', async () => {
    const bytes = withValue(10_000_000)
    const { source, reads } = watched(bytes)
    const { elements, pixelData } = await readHeader(source)
    const document = elements.find(({ tag }) => tag === 0x00420011)
    expect(document).toMatchObject({ vr: 'OB', length: 10_000_000, value: undefined })
    expect(pixelData?.offset).toBe(bytes.length - 96)
    expect(reads.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(40_000)
  })

  test('a long value that the file does not have is missed, also where its size is not known', async () => {
    const bytes = withValue(10_000_000).subarray(0, 5_000_000)
    await expect(readHeader(bytesSource(bytes))).rejects.toMatchObject({ code: 'integrity', retryable: false })
    await expect(readHeader(watched(bytes, undefined).source)).rejects.toMatchObject({ code: 'integrity' })
    await expect(readIdentity(watched(bytes, undefined).source)).rejects.toMatchObject({ code: 'integrity' })
  })

  test('a sequence that goes on is read in growing steps, and passed over for an identity if its length is known', async () => {
    const item = [[0x00081155, 'UI', '2.25.9']] as const
    const sequence = { items: Array.from({ length: 20_000 }, () => item) }
    const dataSet = sampleFiles.get('explicit')?.file.dataSet ?? []
    for (const undefinedLength of [false, true]) {
      const bytes = writeDicom({ dataSet: [...dataSet, [0x00082112, 'SQ', { ...sequence, undefinedLength }]] })
      const { source, reads } = watched(bytes)
      const { elements } = await readHeader(source)
      expect(toDicomJson(parseHeader(bytes))['00082112']?.Value).toHaveLength(20_000)
      expect(elements.find(({ tag }) => tag === 0x00082112)?.value?.length).toBeGreaterThan(400_000)
      expect(reads.length).toBeLessThan(8)
      const identity = watched(bytes)
      await readIdentity(identity.source)
      expect(identity.reads.length).toBeLessThan(undefinedLength ? 8 : 3)
    }
  })

  test('a header longer than allowed is invalid, and no more than that is read', async () => {
    const sequence = { items: Array.from({ length: 20_000 }, () => []), undefinedLength: true }
    const dataSet = sampleFiles.get('explicit')?.file.dataSet ?? []
    const bytes = writeDicom({ dataSet: [...dataSet, [0x00082112, 'SQ', sequence]] })
    const { source, reads } = watched(bytes)
    await expect(readHeader(source, { maxHeaderBytes: 100_000 })).rejects.toMatchObject({ code: 'invalid' })
    expect(reads.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThanOrEqual(100_000)
  })

  test('the first bytes of a file are enough, if the header is in them', () => {
    const bytes = withValue(50_000)
    expect(parseImage(bytes.subarray(0, bytes.length - 96), { size: bytes.length }).image.sopInstanceUID).toBe(
      '2.25.1003',
    )
    expect(parseHeader(bytes.subarray(0, bytes.length - 50), { size: bytes.length }).pixelData?.length).toBe(96)
    expect(() => parseHeader(bytes.subarray(0, 1000), { size: bytes.length })).toThrow(/first 1000 bytes/u)
    expect(() => parseHeader(bytes.subarray(0, 100), { size: bytes.length })).toThrow(/first 100 bytes/u)
    const jpeg = sampleBytes('JPEG')
    expect(parseHeader(jpeg.subarray(0, -30), { size: jpeg.length }).pixelData?.length).toBeUndefined()
  })
})

/** What never ends: `unit` over and over behind the meta information. */
function endless(start: readonly number[], unit: readonly number[], size: number | undefined) {
  const whole = sampleBytes('explicit')
  const head = Buffer.concat([whole.subarray(0, 144 + whole.readUInt32LE(140)), Buffer.from(start)])
  const asked = { bytes: 0 }
  const source: HeaderSource = {
    ...(size === undefined ? {} : { size }),
    read(from, to) {
      asked.bytes += to - from
      const byteAt = (at: number) => head[at] ?? unit[(at - head.length) % unit.length] ?? 0
      return Promise.resolve(Uint8Array.from({ length: to - from }, (_, index) => byteAt(from + index)))
    },
  }
  return { source, asked }
}

const sequence = [0x08, 0x00, 0x40, 0x11, 0x53, 0x51, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff]

describe.each([
  ['empty items', sequence, [0xfe, 0xff, 0x00, 0xe0, 0x00, 0x00, 0x00, 0x00]],
  ['tiny elements', [], [0x09, 0x00, 0x01, 0x00, 0x4c, 0x4f, 0x00, 0x00]],
  ['NULs', [], [0x00]],
  ['meta information', [], [0x02, 0x00, 0x02, 0x01, 0x4c, 0x4f, 0x00, 0x00]],
])('%s without end', (_name, start, unit) => {
  test.each([undefined, 2 ** 45])('are read to the limit, and no further; size %s', async (size) => {
    for (const read of [readHeader, readIdentity]) {
      const { source, asked } = endless(start, unit, size)
      await expect(read(source, { maxHeaderBytes: 1 << 20 })).rejects.toMatchObject({ code: 'invalid' })
      expect(asked.bytes).toBeLessThanOrEqual(1 << 20)
    }
  })
})
