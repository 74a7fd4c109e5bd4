import { parseHeader } from '@gantry/dicom'
import { type DataSet, type DicomFile, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import type { ProfileOptions } from './profile/profile-options.ts'
import { confidentialityTable } from './table/confidentiality-table.ts'
import { type Marked, marked, markedTable } from './testing/marked.ts'
import { deidentified, textsOf } from './testing/run.ts'
import { latin1Of } from './values/latin1.ts'

const top = markedTable('T')
const nested = markedTable('N')
/** A sequence that no profile removes. */
const anatomicRegionSequence = 0x00082218
const primaryAnatomicStructureSequence = 0x00082228
const pixels = new Uint8Array(128).fill(0x50)

const image: DataSet = [
  [0x00080005, 'CS', 'ISO_IR 100'],
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  [0x00080060, 'CS', 'CT'],
  [0x00280010, 'US', [8]],
  [0x00280011, 'US', [8]],
  [0x00280100, 'US', [16]],
]

/** All of the table at the top level, and again two sequences deep. */
function everything(): DataSet {
  const inner: DataSet = nested.map(({ element }) => element)
  return [
    ...image,
    ...top.map(({ element }) => element),
    [
      anatomicRegionSequence,
      'SQ',
      {
        items: [
          [[primaryAnatomicStructureSequence, 'SQ', { items: [inner], undefinedItemLength: true }]],
          [
            [0x00080102, 'SH', 'DCM'],
            [0x00080104, 'LO', 'kept within'],
          ],
        ],
        undefinedLength: true,
      },
    ],
    [0x7fe00010, 'OW', pixels],
  ]
}

function markedFile(options: Partial<DicomFile> = {}): Uint8Array {
  return writeDicom({ dataSet: everything(), ...options })
}

const columns: Readonly<Record<string, ProfileOptions>> = {
  u: { retain: ['uids'] },
  d: { retain: ['device'] },
  i: { retain: ['institution'] },
  p: { retain: ['patient-characteristics'] },
  f: { retain: ['full-dates'] },
  m: { retain: ['modified-dates'] },
  t: { clean: ['descriptors'] },
  s: { clean: ['structured-content'] },
  g: { clean: ['graphics'] },
}

/** Tags that a column of the table retains as they are, as the table itself says, and no rule of ours. */
function keptBy(column: string): Set<number> {
  const rows = confidentialityTable().filter(({ options }) => options.get(column) === 'K')
  return new Set(rows.map(({ tag }) => Number.parseInt(tag, 16)))
}

/** Markers that are in a file though they must not be, and those that are not though they must. */
function wrong(bytes: Uint8Array, kept: ReadonlySet<number>, undecided: (vr: string, tag: number) => boolean) {
  const text = latin1Of(bytes)
  return [...top, ...nested].flatMap(({ tag, vr, marker }) => {
    if (marker === undefined || vr === 'AS' || undecided(vr, tag)) return []
    const stays = kept.has(tag)
    return text.includes(marker) === stays ? [] : [`${marker} ${vr} ${stays ? 'is gone' : 'is still there'}`]
  })
}

describe('every attribute of Table E.1-1, at the top level and nested', () => {
  test('is in the marker file', () => {
    expect(top.length).toBeGreaterThan(600)
    const text = latin1Of(markedFile())
    expect(markersOf([...top, ...nested]).filter((marker) => !text.includes(marker))).toEqual([])
  })

  // The images that an image was made from stay, with other UIDs; so does what is in their items.
  const sources = new Set([0x00081140, 0x00082112])

  test.each(['explicit', 'implicit', 'big-endian', 'deflated'] as const)(
    'is gone from a file in %s',
    async (syntax) => {
      const { bytes } = await deidentified(markedFile({ syntax }))
      const plain = syntax === 'deflated' ? await inflatedOf(bytes) : bytes
      expect(wrong(plain, sources, () => false)).toEqual([])
      expect(latin1Of(plain)).toContain('kept within')
    },
  )

  test.each(Object.keys(columns))('but for what option %s retains', async (column) => {
    const { bytes } = await deidentified(markedFile(), columns[column] ?? {})
    const kept = keptBy(column)
    const cleans = new Set(
      confidentialityTable()
        .filter(({ options }) => options.get(column) === 'C')
        .map(({ tag }) => Number.parseInt(tag, 16)),
    )
    // Sequences that are cleaned stay, without what in them identifies; times of a day move with no date.
    const undecided = (vr: string, tag: number) => cleans.has(tag) && (vr === 'SQ' || vr === 'TM')
    // The marker of an offset from UTC is none, and goes with every option.
    kept.delete(0x00080201)
    const still = column === 'g' ? new Set([0x50023000]) : new Set<number>()
    expect(wrong(bytes, new Set([...kept, ...sources, ...still]), undecided)).toEqual([])
  })

  test('of an age, the number is gone as well', async () => {
    const texts = textsOf((await deidentified(markedFile())).bytes)
    expect(texts.get(0x00101010)).toBeUndefined()
  })

  test('numbers that are too small for a marker are where the table wants them', async () => {
    const { bytes } = await deidentified(markedFile())
    const { elements } = parseHeader(bytes)
    const removed = confidentialityTable().filter(({ basic }) => basic === 'X')
    const tags = new Set(elements.map(({ tag }) => tag))
    expect(removed.filter(({ tag }) => tags.has(Number.parseInt(tag, 16)))).toEqual([])
  })
})

describe('what nobody knows', () => {
  const vrs = 'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'
  const unknown = vrs
    .split(' ')
    .flatMap((vr, index) => [
      marked(0x00091001 + index, vr, 'P', index),
      marked(0x00080ff1 + 0x100 * index, vr, 'E', index),
    ])
  const creators: DataSet = [
    [0x00090010, 'LO', 'CREATOR MARKER'],
    [0x7fe10010, 'LO', 'TAIL MARKER'],
    [0x7fe11010, 'OB', new TextEncoder().encode('TAIL MARKER ')],
    [0xfffcfffc, 'OB', new TextEncoder().encode('PADDING MARKER')],
  ]
  const dataSet: DataSet = [
    ...image,
    ...creators,
    ...unknown.map(({ element }) => element),
    [0x00080018, 'UI', '1.2.3.4.5'],
    [anatomicRegionSequence, 'SQ', { items: [[...creators, ...unknown.map(({ element }) => element)]] }],
    [0x7fe00010, 'OW', pixels],
  ]

  test.each(['explicit', 'implicit', 'big-endian'] as const)('is removed, in %s', async (syntax) => {
    const { bytes, report } = await deidentified(writeDicom({ dataSet, syntax }))
    const text = latin1Of(bytes)
    expect(markersOf(unknown).filter((marker) => text.includes(marker))).toEqual([])
    expect(text).not.toContain('MARKER')
    expect(report.trailingBytes).toBeGreaterThan(0)
    expect(parseHeader(bytes).elements.map(({ tag }) => tag)).toEqual([
      0x00080005,
      0x00080016,
      0x00080018,
      0x00080060,
      anatomicRegionSequence,
      0x00120062,
      0x00120063,
      0x00120064,
      0x00280010,
      0x00280011,
      0x00280100,
      0x00280303,
    ])
  })

  test('in the meta information and the preamble, is removed', async () => {
    const meta: DataSet = [
      [0x00020001, 'OB', Uint8Array.of(0, 1)],
      [0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00020003, 'UI', '1.2.3.4.5'],
      [0x00020010, 'UI', '1.2.840.10008.1.2.1'],
      [0x00020016, 'AE', 'META MARKER'],
      [0x00020017, 'AE', 'META MARKER'],
      [0x00020018, 'AE', 'META MARKER'],
      [0x00020100, 'UI', '1.2.3.777'],
      [0x00020102, 'OB', new TextEncoder().encode('META MARKER ')],
    ]
    const file = writeDicom({ dataSet, meta })
    file.write('PREAMBLE MARKER', 0, 'latin1')
    const { bytes } = await deidentified(file)
    const text = latin1Of(bytes)
    expect(text).not.toMatch(/MARKER|1\.2\.3\./u)
    const texts = textsOf(bytes)
    expect(texts.get(0x00020003)).toBe(texts.get(0x00080018))
    expect(texts.get(0x00020013)).toBe('GANTRY_DEIDENT')
  })
})

function markersOf(all: readonly Marked[]): readonly string[] {
  return all.flatMap(({ marker }) => marker ?? [])
}

/** The data set of a deflated file, by another road than the one that deflated it. */
async function inflatedOf(bytes: Uint8Array): Promise<Uint8Array> {
  const { inflateRawSync } = await import('node:zlib')
  const start = Math.max(...parseHeader(bytes).meta.map(({ offset, length = 0 }) => offset + length))
  return inflateRawSync(bytes.subarray(start))
}
