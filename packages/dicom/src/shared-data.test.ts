import { readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'

import dicomParser from 'dicom-parser'
import { describe, expect, test } from 'vitest'

import { dumpJson, dumpUIDs, hasDcmtk } from '../samples/dcmtk.ts'
import { codeOf, outcomeOf, settledOutcomeOf } from '../samples/outcome.ts'
import { hasSharedData, sharedData, sharedFiles } from '../samples/shared-data.ts'
import type { DicomHeader } from './header/dicom-header.ts'
import type { Identifiers } from './header/identification.ts'
import { parseHeader, readHeader } from './header/read-header.ts'
import { parseImage } from './header/read-image.ts'
import { stringifyDicomJson } from './json/stringify-dicom-json.ts'
import { toDicomJson } from './json/to-dicom-json.ts'
import { openFileSource, readImageFileSync } from './node/file.ts'

const images = sharedFiles('dicom/small', 'dicom/series', 'dicom/fileset', 'cod').filter((file) =>
  /\.dcm$|dicom.(?:small|fileset).*[/\\][^.]+$/u.test(file),
)
const others = sharedFiles('dicom/meshes', 'dicom/volumes', 'igt', 'cod').filter((file) => !file.endsWith('.dcm'))

describe.skipIf(!hasSharedData || !hasDcmtk)('real images, as DCMTK reads them', () => {
  test('the same UIDs, and a coded error where it fails', async () => {
    const dumped = dumpUIDs(images)
    const [ours, theirs, failed] = [new Map<string, unknown>(), new Map<string, unknown>(), new Set<unknown>()]
    for (const file of images) {
      const name = relative(sharedData, file)
      const source = await openFileSource(file)
      const header = await settledOutcomeOf(readHeader(source))
      await source.close()
      const uids = dumped.get(file)
      theirs.set(name, uids === undefined ? 'no image' : identifiersOf(uids))
      ours.set(name, 'value' in header ? withoutFrames(header.value, uids) : 'no image')
      if ('code' in header) failed.add(`${header.code} ${basename(file)}`)
    }
    expect(ours).toEqual(theirs)
    expect(failed).toEqual(
      new Set(['integrity MR_truncated.dcm', 'invalid no_meta.dcm', 'integrity rtplan_truncated.dcm']),
    )
  })

  test('the same JSON', () => {
    const files = images.filter((path) => /small.(?:charset|nibabel|pydicom|dcmjs|rt-utils)/u.test(path))
    const theirs = files.map((file) => [file, dumpJson(file)] as const).filter(([, json]) => json !== undefined)
    const ours = theirs.map(([file]) => {
      const json = stringifyDicomJson(toDicomJson(parseHeader(readFileSync(file))))
      return [file, JSON.parse(json)] as const
    })
    expect(theirs.length).toBeGreaterThan(40)
    expect(ours.map(([file, json]) => [file, comparable(json)])).toEqual(
      theirs.map(([file, json]) => [file, comparable(json)]),
    )
  })
})

function identifiersOf(uids: ReadonlyMap<string, string>) {
  return {
    studyInstanceUID: uids.get('0020,000d'),
    seriesInstanceUID: uids.get('0020,000e'),
    sopInstanceUID: uids.get('0008,0018'),
    sopClassUID: uids.get('0008,0016'),
    transferSyntaxUID: uids.get('0002,0010'),
  }
}

/** Where the file declares no transfer syntax, DCMTK tells none. */
function withoutFrames({ identifiers }: DicomHeader, uids: ReadonlyMap<string, string> | undefined): Identifiers {
  const { numberOfFrames: _frames, transferSyntaxUID: uid, ...rest } = identifiers
  return uid === undefined || uids?.get('0002,0010') === undefined ? rest : { ...rest, transferSyntaxUID: uid }
}

/** Without what DCMTK does otherwise: private dictionaries, pixels, names cut at their end, digits of FL. */
function comparable(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(6))
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
    if (key === '7FE00010' || key === 'FFFCFFFC' || /^...[13579BDF]/u.test(key)) return []
    if (key === '00080005') return []
    return [
      [key, /^(?:Alphabetic|Ideographic|Phonetic)$/u.test(key) ? String(part).replace(/\^+$/u, '') : comparable(part)],
    ]
  })
  const names = Object.fromEntries(entries)
  if (names['vr'] === 'PN' && JSON.stringify(names['Value'])?.replaceAll(/[[\]{}":,]|null|Alphabetic/gu, '') === '') {
    return { vr: 'PN' }
  }
  return names
}

describe.skipIf(!hasSharedData)('real images', () => {
  test('the same identity from the header, from the file at once, and from all its bytes', () => {
    for (const file of images) {
      const bytes = readFileSync(file)
      const image = outcomeOf(() => readImageFileSync(file))
      expect(outcomeOf(() => parseImage(bytes))).toEqual(image)
      const header = outcomeOf(() => parseHeader(bytes))
      // A header may say too little to be an identity, but never something else.
      const expected =
        'value' in image && 'value' in header ? { ...image.value.image, ...header.value.identifiers } : {}
      expect('value' in image ? image.value.image : {}).toEqual(expected)
    }
  })

  test('the same identity from the first bytes', () => {
    const short = images.map((file) => [file, readFileSync(file)] as const).filter(([file]) => !file.includes('fl'))
    const first = short.map(([, bytes]) =>
      outcomeOf(() => parseImage(bytes.subarray(0, 300_000), { size: bytes.length })),
    )
    const told = first.filter((outcome) => 'value' in outcome)
    expect(told.length).toBeGreaterThan(600)
    for (const [index, [, bytes]] of short.entries()) {
      const outcome = first[index]
      const whole = outcomeOf(() => parseImage(bytes))
      expect(outcome !== undefined && 'value' in outcome ? outcome : whole).toEqual(whole)
    }
  })

  test('the same elements, at the same places, as dicom-parser finds', () => {
    let compared = 0
    for (const file of images.filter((path) => path.includes('small'))) {
      const bytes = readFileSync(file)
      const header = outcomeOf(() => parseHeader(bytes))
      const theirs = parsedByDicomParser(bytes)
      if ('code' in header || header.value.transferSyntax.deflated || theirs === undefined) continue
      const places = header.value.elements.map(({ tag, offset, length }) => [tag, offset, length])
      const theirPlaces = header.value.elements.map(({ tag, length }) => {
        const element = theirs.get(tag)
        return [tag, element?.dataOffset, length === undefined ? undefined : element?.length]
      })
      expect(places).toEqual(theirPlaces)
      compared += 1
    }
    expect(compared).toBeGreaterThan(100)
  })

  test('nothing else is taken for an image', () => {
    expect(others.length).toBeGreaterThan(50)
    const codes = others.map((file) => [file, codeOf(() => readImageFileSync(file))])
    expect(codes).toEqual(others.map((file) => [file, 'invalid']))
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
