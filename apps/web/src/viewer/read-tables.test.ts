import { inflateRawSync } from 'node:zlib'

import { CONSTANTS, type Types, utilities } from '@cornerstonejs/core'
import { loadedDataSets } from '@cornerstonejs/dicom-image-loader/wadouri/loadedDataSets'
import { GantryError } from '@gantry/core'
import { type DataSet, type DicomFile, writeDicom } from '@gantry/testkit/phantom'
import dicomParser from 'dicom-parser'
import { expect, test } from 'vitest'

import { applyTables, voiOf } from './apply-tables.ts'
import { presentTable } from './present-table.ts'
import { readTables } from './read-tables.ts'

const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer)

function table([count, first, bits]: readonly [number, number, number], data: Uint8Array): DataSet {
  return [
    [0x00283002, 'US', [count, first & 0xffff, bits]],
    [0x00283006, 'OW', data],
  ]
}

function fileOf(more: DataSet, signed = false, syntax: NonNullable<DicomFile['syntax']> = 'explicit'): Uint8Array {
  return writeDicom({
    syntax,
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
      [0x00080018, 'UI', '2.25.7'],
      [0x00280002, 'US', 1],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', 1],
      [0x00280011, 'US', 4],
      [0x00280100, 'US', 16],
      [0x00280101, 'US', 16],
      [0x00280102, 'US', 15],
      [0x00280103, 'US', signed ? 1 : 0],
      ...more,
      [0x7fe00010, 'OW', words(0, 1, 2, 3)],
    ],
  })
}

test('values are those behind the Modality LUT, outside of which are its ends', () => {
  const bytes = fileOf([[0x00283000, 'SQ', { items: [table([3, 10, 16], words(700, 500, 65_535))] }]])
  expect(readTables(bytes, 1, [0, 10, 11, 12, 4000])).toEqual({
    values: Uint16Array.of(700, 700, 500, 65_535, 65_535),
    voi: undefined,
  })
})

test('its first value has a sign where the stored ones have', () => {
  const bytes = fileOf([[0x00283000, 'SQ', { items: [table([3, -1, 16], words(7, 8, 9))] }]], true)
  expect(readTables(bytes, 1, [-5, -1, 0, 1, 2]).values).toEqual(Uint16Array.of(7, 7, 8, 9, 9))
})

test('a VOI LUT is a curve from its first value to its last', () => {
  const bytes = fileOf([[0x00283010, 'SQ', { items: [table([3, 100, 16], words(65_535, 0, 65_535))] }]])
  expect(readTables(bytes, 1, [])).toEqual({
    values: undefined,
    voi: { lower: 100, upper: 102, shades: Float32Array.of(1, 0, 1) },
  })
})

test('of 65536 entries, which is written as 0, and of 8 bits', () => {
  const falling = Uint8Array.from({ length: 65_536 }, (_, at) => 255 - (at >> 8))
  const { voi } = readTables(fileOf([[0x00283010, 'SQ', { items: [table([0, 0, 8], falling)] }]]), 1, [])
  expect(voi).toMatchObject({ lower: 0, upper: 65_535 })
  expect(voi?.shades).toHaveLength(1024)
  expect([voi?.shades[0], voi?.shades[1023]]).toEqual([1, 0])
  expect(voi?.shades[512]).toBeCloseTo(0.5, 2)
})

test('a window goes before it', () => {
  const bytes = fileOf([
    [0x00281050, 'DS', '40'],
    [0x00281051, 'DS', '400'],
    [0x00283010, 'SQ', { items: [table([2, 0, 16], words(65_535, 0))] }],
  ])
  expect(readTables(bytes, 1, []).voi).toBeUndefined()
})

test('a table that is shorter than it says is an error', () => {
  const bytes = fileOf([[0x00283010, 'SQ', { items: [table([9, 0, 16], words(1, 2))] }]])
  expect(() => readTables(bytes, 1, [])).toThrow('shorter than its descriptor says')
})

const shownBy = (...data: number[]): DataSet => [
  [0x00283010, 'SQ', { items: [table([data.length, 0, 16], words(...data))] }],
]

/** An image as the loader leaves it, with the header of its file. */
function imageOf(url: string, file: Uint8Array): Types.IImage {
  const inflater = (bytes: Uint8Array, from: number) =>
    Uint8Array.from([...bytes.subarray(0, from), ...inflateRawSync(bytes.subarray(from))])
  loadedDataSets[url] = { dataSet: dicomParser.parseDicom(file, { inflater }), cacheCount: 1 }
  return {
    imageId: `dicomfile:${url}`,
    color: false,
    getPixelData: () => Uint16Array.of(0, 1, 2, 3),
  } as unknown as Types.IImage
}

const failing = () => Promise.reject(new GantryError('cancelled', 'The read was cancelled.'))

test('a file that the loader holds is not read once more', async () => {
  const image = imageOf('held/0', fileOf(shownBy(65_535, 0)))
  await applyTables(image, failing)
  expect(voiOf(image)).toEqual({ lower: 0, upper: 1, shades: Float32Array.of(1, 0) })
})

test('of a deflated one it holds what was inflated: that is read', async () => {
  const file = fileOf(shownBy(65_535, 0), false, 'deflated')
  const image = imageOf('deflated/0', file)
  await applyTables(image, () => Promise.resolve(Uint8Array.from(file).buffer))
  expect(voiOf(image)).toEqual({ lower: 0, upper: 1, shades: Float32Array.of(1, 0) })
})

test('and where the read fails, no table is called damaged', async () => {
  const image = imageOf('deflated/1', fileOf(shownBy(65_535, 0), false, 'deflated'))
  await expect(applyTables(image, failing)).rejects.toMatchObject({ code: 'cancelled' })
  expect(voiOf(image)).toBeUndefined()
  const short = imageOf('short/0', fileOf([[0x00283010, 'SQ', { items: [table([9, 0, 16], words(1, 2))] }]]))
  await applyTables(short, failing)
  expect(voiOf(short)).toBe('damaged')
})

/** Shows one of the images; what it draws by is what its name stands for when that is set. */
function viewportOf(images: readonly Types.IImage[]) {
  const shown = { at: 0, name: '', points: [] as readonly number[] }
  const viewport = {
    getCornerstoneImage: () => images[shown.at],
    getProperties: () => ({ colormap: { name: shown.name } }),
    setProperties: ({ colormap }: { readonly colormap?: { readonly name: string } }) => {
      if (colormap === undefined) return
      const { name } = colormap
      Object.assign(shown, { name, points: utilities.colormap.getColormap(name).RGBPoints })
    },
  } as unknown as Types.IStackViewport
  const show = (at: number) => {
    shown.at = at
    presentTable(viewport)
    return shown
  }
  return show
}

test('of many tables each is drawn by, and few are kept', async () => {
  const images = Array.from({ length: 70 }, (_, at) => imageOf(`many/${at}`, fileOf(shownBy(65_535, at))))
  for (const image of images) await applyTables(image, failing)
  const pointsOf = (at: number) => {
    const last = Math.fround(at / 65_535)
    return [0, 1, 1, 1, 1, last, last, last]
  }
  const [still, scrolled] = [viewportOf(images), viewportOf(images)]
  const { name } = still(0)
  Object.assign(CONSTANTS.CPU_COLORMAPS, { [`vtk:${name}`]: { name: 'made of the first table', colors: [] } })
  const named = images.map((_, at) => {
    const shown = scrolled(at)
    expect(shown.points).toEqual(pointsOf(at))
    return shown.name
  })
  expect(new Set(named).size).toBe(64)
  expect(utilities.colormap.getColormapNames().filter((known) => named.includes(known))).toHaveLength(64)
  // The name of the first is that of another one now, for whoever still shows the first, too.
  const again = named.lastIndexOf(name)
  expect(again).toBe(64)
  expect(still(again)).toMatchObject({ name, points: pointsOf(again) })
  expect(CONSTANTS.CPU_COLORMAPS).not.toHaveProperty([`vtk:${name}`])
})
