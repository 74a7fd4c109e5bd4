import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import dicomParser from 'dicom-parser'
import { describe, expect, test } from 'vitest'

import { dumpJson, dumpUIDs, hasDcmtk } from '../samples/dcmtk.ts'
import { outcomeOf } from '../samples/outcome.ts'
import { hasSharedData, sharedData, sharedFiles } from '../samples/shared-data.ts'
import { parseHeader, readHeader } from './header/read-header.ts'
import { parseImage } from './header/read-image.ts'
import { stringifyDicomJson } from './json/stringify-dicom-json.ts'
import { toDicomJson } from './json/to-dicom-json.ts'
import { openFileSource, readImageFileSync } from './node/file.ts'

const images = sharedFiles('dicom/small', 'dicom/series', 'dicom/fileset', 'cod').filter(
  (file) => /\.dcm$|dicom.(?:small|fileset).*[/\\][^.]+$/u.test(file),
)
const others = sharedFiles('dicom/meshes', 'dicom/volumes', 'igt', 'cod').filter((file) => !file.endsWith('.dcm'))

describe.skipIf(!hasSharedData || !hasDcmtk)('real images, as DCMTK reads them', () => {
  test('the same UIDs, and a coded error where it fails', async () => {
    const dumped = dumpUIDs(images)
    const failed: string[] = []
    for (const file of images) {
      const expected = dumped.get(file)
      const source = await openFileSource(file)
      const outcome = await readHeader(source).then(
        ({ identifiers }) => ({ identifiers }),
        (error: { code: string }) => ({ code: error.code }),
      )
      await source.close()
      if (expected === undefined || 'code' in outcome) {
        expect(outcome, file).toHaveProperty('code', expect.stringMatching(/^(?:invalid|integrity)$/u))
        expect(expected, file).toBeUndefined()
        failed.push(relative(sharedData, file))
        continue
      }
      const { identifiers } = outcome
      const uid = (tag: string) => expected.get(tag) ?? ''
      expect(identifiers.studyInstanceUID ?? '', file).toBe(uid('0020,000d'))
      expect(identifiers.seriesInstanceUID ?? '', file).toBe(uid('0020,000e'))
      expect(identifiers.sopInstanceUID ?? '', file).toBe(uid('0008,0018'))
      expect(identifiers.sopClassUID ?? '', file).toBe(uid('0008,0016'))
      if (expected.has('0002,0010')) expect(identifiers.transferSyntaxUID, file).toBe(uid('0002,0010'))
    }
    expect(failed).toEqual(
      ['MR_truncated.dcm', 'no_meta.dcm', 'rtplan_truncated.dcm'].map((name) => join('dicom/small/pydicom', name)),
    )
  })

  test('the same JSON', () => {
    let compared = 0
    for (const file of images.filter((path) => /small.(?:charset|nibabel|pydicom|dcmjs|rt-utils)/u.test(path))) {
      const theirs = dumpJson(file)
      if (theirs === undefined) continue
      const ours: unknown = JSON.parse(stringifyDicomJson(toDicomJson(parseHeader(readFileSync(file)))))
      expect(comparable(ours), file).toEqual(comparable(theirs))
      compared += 1
    }
    expect(compared).toBeGreaterThan(40)
  })
})

/** Without what DCMTK does otherwise: private dictionaries, pixels, names cut at their end, digits of FL. */
function comparable(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(6))
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
    if (key === '7FE00010' || key === 'FFFCFFFC' || /^...[13579BDF]/u.test(key)) return []
    if (key === '00080005') return []
    return [[key, /^(?:Alphabetic|Ideographic|Phonetic)$/u.test(key) ? String(part).replace(/\^+$/u, '') : comparable(part)]]
  })
  const names = Object.fromEntries(entries)
  if (names['vr'] === 'PN' && JSON.stringify(names['Value'])?.replaceAll(/[[\]{}":,]|null|Alphabetic/gu, '') === '') {
    return { vr: 'PN' }
  }
  return names
}

describe.skipIf(!hasSharedData)('real images', () => {
  test('the same identity from the header, from the file at once, and from its first bytes', () => {
    for (const file of images) {
      const bytes = readFileSync(file)
      const header = outcomeOf(() => parseHeader(bytes))
      const image = outcomeOf(() => readImageFileSync(file))
      expect(outcomeOf(() => parseImage(bytes)), file).toEqual(image)
      if (!('value' in image)) continue
      expect('value' in header && header.value.identifiers, file).toMatchObject(image.value.image)
      const { transferSyntaxUID } = image.value.image
      if (transferSyntaxUID.endsWith('.99')) continue
      const first = bytes.subarray(0, 200_000)
      const again = outcomeOf(() => parseImage(first, { size: bytes.length }))
      if ('value' in again) expect(again.value, file).toEqual(image.value)
    }
  })

  test('the same elements, at the same places, as dicom-parser finds', () => {
    let compared = 0
    for (const file of images.filter((path) => path.includes('small'))) {
      const bytes = readFileSync(file)
      const outcome = outcomeOf(() => parseHeader(bytes))
      if (!('value' in outcome) || outcome.value.transferSyntax.deflated) continue
      const theirs = parsedByDicomParser(bytes)
      if (theirs === undefined) continue
      for (const { tag, offset, length } of outcome.value.elements) {
        const their = theirs.get(tag)
        expect(their?.dataOffset, file).toBe(offset)
        if (length !== undefined) expect(their?.length, file).toBe(length)
      }
      compared += 1
    }
    expect(compared).toBeGreaterThan(100)
  })

  test('nothing else is taken for an image', () => {
    expect(others.length).toBeGreaterThan(50)
    for (const file of others) {
      const outcome = outcomeOf(() => readImageFileSync(file))
      expect('code' in outcome && outcome.code, file).toBe('invalid')
    }
  })
})

function parsedByDicomParser(bytes: Uint8Array) {
  try {
    const { elements } = dicomParser.parseDicom(bytes, { untilTag: 'x7fe00010' })
    return new Map(Object.values(elements).map((element) => [Number.parseInt(element.tag.slice(1), 16), element]))
  } catch {
    return undefined
  }
}
