import { writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { codeOf, outcomeOf } from '../../samples/outcome.ts'
import { sampleFiles, sampleIdentity } from '../../samples/sample-files.ts'
import { parseHeader } from './read-header.ts'
import { parseImage } from './read-image.ts'

/** Where an element of the top level ends: a file cut there is a shorter, but whole one. */
function boundaries(bytes: Uint8Array): ReadonlySet<number> {
  const { elements, meta } = parseHeader(bytes)
  const headEnds = [...meta, ...elements].map(({ offset, length, value }) => offset + (length ?? value?.length ?? 0))
  return new Set(headEnds)
}

describe.each([...sampleFiles])('%s, cut off at every byte', (_name, { file }) => {
  const bytes = writeDicom(file)

  test('is an error, unless an element ends there', () => {
    const { transferSyntax } = parseHeader(bytes)
    const ends = transferSyntax.deflated ? new Set<number>() : boundaries(bytes)
    // The last bytes of a deflate stream hold its end mark and a NUL to make it even: nothing is lost without them.
    const lastCut = transferSyntax.deflated ? bytes.length - 4 : bytes.length
    const lengths = Array.from({ length: lastCut }, (_, length) => length)
    const cuts = lengths.map((length) => bytes.subarray(0, length))
    const headers = cuts.map((cut) => outcomeOf(() => parseHeader(cut)))
    const images = cuts.map((cut) => outcomeOf(() => parseImage(cut).image))
    expect(lengths.filter((length) => 'value' in (headers[length] ?? {}) && !ends.has(length))).toEqual([])
    const codes = headers.flatMap((outcome) => ('code' in outcome ? [outcome.code] : []))
    expect(codes.filter((code) => code !== 'invalid' && code !== 'integrity')).toEqual([])
    // An image is whole or none, and fails as its header does, or because a UID is missing.
    for (const [length, image] of images.entries()) {
      const header = headers[length] ?? { code: 'internal' }
      const expected = 'code' in header ? { code: header.code } : 'code' in image ? { code: 'invalid' } : {}
      expect(image).toMatchObject('value' in image ? { value: sampleIdentity } : expected)
    }
  })

  test('is cut in its pixel data: integrity, unless that is not to be checked', () => {
    const { pixelData, transferSyntax } = parseHeader(bytes)
    const from = transferSyntax.deflated ? bytes.length - 20 : (pixelData?.offset ?? 0) + 1
    const to = transferSyntax.deflated ? from + 1 : bytes.length
    for (let length = from; length < to; length += 1) {
      expect(codeOf(() => parseHeader(bytes.subarray(0, length)))).toBe('integrity')
      if (transferSyntax.deflated) continue
      expect(codeOf(() => parseHeader(bytes.subarray(0, length), { checkPixelData: false }))).toBeUndefined()
    }
  })
})

describe('encapsulated pixel data', () => {
  const bytes = writeDicom(sampleFiles.get('JPEG')?.file ?? { dataSet: [] })

  test('may be followed by more', () => {
    const padding = writeDicom({ dataSet: [[0xfffcfffc, 'OB', new Uint8Array(30)]], preamble: false, meta: false })
    const padded = Buffer.concat([bytes, padding])
    expect(codeOf(() => parseHeader(padded))).toBeUndefined()
    expect(codeOf(() => parseHeader(padded, { firstRead: 256 }))).toBeUndefined()
  })

  test('with something else among the fragments are malformed', () => {
    const broken = Buffer.from(bytes)
    const { offset = 0 } = parseHeader(bytes).pixelData ?? {}
    broken[offset + 8] = 0x08
    expect(codeOf(() => parseHeader(broken))).toBe('invalid')
  })

  test('of many fragments are looked at where they end only', () => {
    const fragments = Array.from({ length: 3000 }, () => new Uint8Array(100))
    const dataSet = [...(sampleFiles.get('JPEG')?.file.dataSet ?? [])].filter(([tag]) => tag !== 0x7fe00010)
    const many = writeDicom({
      dataSet: [...dataSet, [0x7fe00010, 'OB', { fragments }]],
      syntax: '1.2.840.10008.1.2.4.50',
    })
    expect(codeOf(() => parseHeader(many))).toBeUndefined()
    expect(codeOf(() => parseHeader(many.subarray(0, -8)))).toBe('integrity')
    expect(codeOf(() => parseHeader(many.subarray(0, -5000)))).toBe('integrity')
  })
})
