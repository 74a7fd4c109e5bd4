import { collect } from '@gantry/core'
import { bytesSource, frameRanges } from '@gantry/dicom'
import { multipartParts } from '@gantry/http'
import { decodeFrame, describeImage } from '@gantry/pixels'
import { phantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { frameOf, image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'

const path = '/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1'
const octets = 'application/octet-stream'

async function partsOf(response: Response): Promise<{ headers: ReadonlyMap<string, string>; bytes: Buffer }[]> {
  const boundary = /boundary=([^;]+)$/u.exec(response.headers.get('content-type') ?? '')?.[1] ?? ''
  const parts: { headers: ReadonlyMap<string, string>; bytes: Buffer }[] = []
  for await (const { headers, body } of multipartParts(response.body as AsyncIterable<Uint8Array>, boundary)) {
    parts.push({ headers, bytes: Buffer.from(await collect(body)) })
  }
  return parts
}

describe.each(['explicit', 'implicit', 'big-endian', 'deflated'])('frames of %s', (syntax) => {
  const options = { frames: 5, syntax }

  test('in parts, in the order that is asked for, in little endian', async () => {
    const { get, url, errors } = await rig({ files: { 'a.dcm': image(options) } })
    const response = await get(`${path}/frames/2,5,1`)
    const whole = Buffer.from(await response.clone().arrayBuffer())
    expect(response.headers.get('content-length')).toBe(String(whole.length))
    const parts = await partsOf(response)
    expect(parts.map(({ bytes }) => bytes)).toEqual([2, 5, 1].map((frame) => frameOf(options, frame)))
    expect(parts[0]?.headers.get('content-location')).toBe(`${url}${path}/frames/2`)
    expect(errors).toEqual([])
  })

  test('one by itself, and ranges of it', async () => {
    const { get } = await rig({ files: { 'a.dcm': image(options) } })
    const frame = frameOf(options, 3)
    const whole = await get(`${path}/frames/3`, { headers: { accept: octets } })
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(frame)
    for (const [start, end] of [
      [0, 1],
      [7, 90],
      [100, 127],
    ] as const) {
      const headers = { accept: octets, range: `bytes=${start}-${end}` }
      const response = await get(`${path}/frames/3`, { headers })
      expect(response.status).toBe(206)
      expect(Buffer.from(await response.arrayBuffer())).toEqual(frame.subarray(start, end + 1))
    }
    expect((await get(`${path}/bulkdata/7FE00010`, { headers: { range: 'bytes=128-255' } })).status).toBe(206)
    const pixels = Buffer.from(await (await get(`${path}/bulkdata/7FE00010`)).arrayBuffer())
    expect(pixels).toEqual(Buffer.concat([1, 2, 3, 4, 5].map((number) => frameOf(options, number))))
  })
})

const numbers = Uint32Array.of(1, 0x01020304, 0xfffefdfc, 7)

function big(values: Uint32Array | Uint16Array): Buffer {
  const bytes = Buffer.from(values.slice().buffer)
  return values.BYTES_PER_ELEMENT === 4 ? bytes.swap32() : bytes.swap16()
}

describe.each([
  ['32 bits, big endian', 'big-endian', 32, numbers, big(numbers)],
  ['16 bits, big endian', 'big-endian', 16, Uint16Array.of(1, 2, 3, 0x0405), big(Uint16Array.of(1, 2, 3, 0x0405))],
  ['32 bits, little endian', 'explicit', 32, numbers, Buffer.from(numbers.buffer)],
  [
    "16 bits, in GE's syntax",
    '1.2.840.113619.5.2',
    16,
    Uint16Array.of(1, 2, 3, 0x0405),
    big(Uint16Array.of(1, 2, 3, 0x0405)),
  ],
])('pixels of %s', (_name, syntax, bits, values, written) => {
  test('are served in little endian, as they are decoded', async () => {
    const { get, errors } = await rig({ files: { 'a.dcm': image({ syntax, bits, size: 2, pixels: written }) } })
    const headers = { accept: octets }
    for (const resource of ['frames/1', 'bulkdata/7FE00010']) {
      const answer = Buffer.from(await (await get(`${path}/${resource}`, { headers })).arrayBuffer())
      expect(answer.equals(Buffer.from(values.buffer))).toBe(true)
    }
    const source = bytesSource(image({ syntax, bits, size: 2, pixels: written }))
    const frames = await frameRanges(source)
    const frame = await collect(frames.read(1))
    expect((await decodeFrame(describeImage(frames.header), frame, frames.transferSyntaxUID)).samples).toEqual(values)
    expect(errors).toEqual([])
  })
})

test.each([1, 8])(
  'frames of %i bits in big endian words are those of the bulk data, decoded and alone',
  async (bits) => {
    const pixels = Buffer.from(Array.from({ length: 28 }, (_, index) => (index * 67 + 29) % 256))
    const options = { bits, size: 3, frames: 3, pixels: pixels.swap16(), syntax: 'big-endian' }
    const { get, errors } = await rig({ files: { 'a.dcm': image(options) } })
    const octetsOf = async (resource: string, more = {}) => {
      const response = await get(`${path}/${resource}`, { headers: { accept: octets, ...more } })
      const bytes = Buffer.from(await response.arrayBuffer())
      expect(response.headers.get('content-length')).toBe(String(bytes.length))
      return bytes
    }
    const bitsOf = (bytes: Uint8Array) =>
      [...bytes].flatMap((byte) => [0, 1, 2, 3, 4, 5, 6, 7].map((at) => (byte >> at) & 1))
    const all = bitsOf(await octetsOf('bulkdata/7FE00010'))
    const frames = await frameRanges(bytesSource(image(options)))
    for (const number of [1, 2, 3]) {
      const wanted = all.slice((number - 1) * 9 * bits, number * 9 * bits)
      const frame = await octetsOf(`frames/${number}`)
      expect(bitsOf(frame).slice(0, 9 * bits)).toEqual(wanted)
      expect(frame).toHaveLength(Math.ceil((9 * bits) / 8))
      expect(await octetsOf(`frames/${number}`, { range: 'bytes=1-1' })).toEqual(frame.subarray(1, 2))
      const { samples } = await decodeFrame(
        describeImage(frames.header),
        await collect(frames.read(number)),
        frames.transferSyntaxUID,
      )
      expect([...samples]).toEqual(bits === 1 ? wanted : [...frame])
    }
    expect(errors).toEqual([])
  },
)

describe('frames', () => {
  test.each([
    ['6', 404],
    ['0', 400],
    ['x', 400],
    ['1,,2', 400],
    ['1,9', 404],
  ])('%s of five: %i', async (list, status) => {
    const { get } = await rig({ files: { 'a.dcm': image({ frames: 5 }) } })
    expect((await get(`${path}/frames/${list}`)).status).toBe(status)
  })

  test('that are a film are one stream, which is had as a whole', async () => {
    const fragments = [Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(5000, 'moov')]
    const film = image({ frames: 25, syntax: '1.2.840.10008.1.2.4.102', pixels: { fragments } })
    const { get, errors } = await rig({ files: { 'a.dcm': film } })
    const [json] = (await (await get(`${path}/metadata`)).json()) as [Record<string, { BulkDataURI?: string }>]
    const uri = json['7FE00010']?.BulkDataURI ?? ''
    const [part] = await partsOf(await fetch(uri))
    expect(part?.headers.get('content-type')).toBe('video/mp4; transfer-syntax=1.2.840.10008.1.2.4.102')
    expect(part?.bytes.equals(Buffer.concat(fragments))).toBe(true)
    const some = await fetch(uri, { headers: { accept: 'video/mp4', range: 'bytes=8-20' } })
    expect([some.status, some.headers.get('content-type')]).toEqual([206, expect.stringContaining('video/mp4')])
    expect(Buffer.from(await some.arrayBuffer()).equals(Buffer.concat(fragments).subarray(8, 21))).toBe(true)
    expect(part?.headers.get('content-location')).toBe(uri)
    expect(errors).toEqual([])
    expect((await get(`${path}/frames/1`)).status).toBe(422)
  })

  test('that are compressed are given as they are, to who takes them', async () => {
    const files: Record<string, Uint8Array> = {}
    let at = ''
    for await (const file of phantom({ size: 32, slices: 1, syntax: 'rle' })) {
      files[file.path] = file.bytes
      const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = file.image
      at = `/studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${sopInstanceUID}`
    }
    const { get } = await rig({ files })
    const status = async (accept: string) => (await get(`${at}/frames/1`, { headers: { accept } })).status
    expect(await status('*/*')).toBe(200)
    expect(await status('image/dicom-rle')).toBe(200)
    expect(await status('multipart/related; type="image/dicom-rle"')).toBe(200)
    expect(await status(`multipart/related; type="${octets}"; transfer-syntax=*`)).toBe(200)
    expect(await status(`multipart/related; type="${octets}"`)).toBe(406)
    expect(await status('multipart/related; type="image/jpeg"')).toBe(406)
    const [part] = await partsOf(await get(`${at}/frames/1`))
    expect(part?.headers.get('content-type')).toBe('image/dicom-rle; transfer-syntax=1.2.840.10008.1.2.5')
    expect(Buffer.from(Object.values(files)[0] ?? []).includes(part?.bytes ?? 'none')).toBe(true)
    // Pixel data as a whole are their frames.
    expect((await partsOf(await get(`${at}/bulkdata/7FE00010`)))[0]?.bytes).toEqual(part?.bytes)
  })
})
