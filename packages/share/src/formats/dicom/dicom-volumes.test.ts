import { type DataSet, phantom, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { bytesInput } from '../input/bytes-input.ts'
import type { FileInput } from '../input/file-input.ts'
import { loadFiles } from '../load/load-files.ts'

interface SliceOptions {
  readonly z: number
  readonly orientation?: readonly number[]
  readonly number?: number
  readonly more?: DataSet
  readonly syntax?: string
}

let count = 0
/** A 2x2 slice; tags of `more` replace those of the same number. */
function slice({ z, orientation = [1, 0, 0, 0, 1, 0], number = 1, more = [], syntax }: SliceOptions): FileInput {
  count += 1
  const base: DataSet = [
    [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'AXIAL']],
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.4'],
    [0x00080018, 'UI', `2.25.9.${count}`],
    [0x00080060, 'CS', 'MR'],
    [0x0008103e, 'LO', 'Test'],
    [0x00180050, 'DS', 3],
    [0x0020000d, 'UI', '2.25.1'],
    [0x0020000e, 'UI', '2.25.2'],
    [0x00200013, 'IS', number],
    [0x00200032, 'DS', [10, 20, z]],
    [0x00200037, 'DS', orientation],
    [0x00200052, 'UI', '2.25.3'],
    [0x00280002, 'US', 1],
    [0x00280010, 'US', 2],
    [0x00280011, 'US', 2],
    [0x00280030, 'DS', [0.5, 0.25]],
    [0x00280100, 'US', 16],
    [0x00280103, 'US', 1],
    [0x7fe00010, 'OW', new Uint8Array(8)],
  ]
  const replaced = new Set(more.map(([tag]) => tag))
  const dataSet = [...base.filter(([tag]) => !replaced.has(tag)), ...more]
  const bytes = writeDicom(syntax === undefined ? { dataSet } : { dataSet, syntax })
  return bytesInput(`IM${String(count).padStart(4, '0')}`, bytes)
}

async function phantomInputs(slices: number, series = 1): Promise<FileInput[]> {
  const inputs: FileInput[] = []
  for await (const { bytes } of phantom({ size: 16, slices, series }))
    inputs.push(bytesInput(`x${inputs.length}`, bytes))
  return inputs
}

test.each([
  [0x00080018, `1.2.${'9'.repeat(70)}`],
  [0x00080018, '../x'],
  [0x00080016, '1.2.abc'],
  [0x0020000e, '1.2.abc'],
])('an image whose UID %i is none is told, and the others make a volume', async (tag, uid) => {
  const bad = slice({ z: 3, more: [[tag, 'UI', uid]] })
  const { volumes, problems } = await loadFiles([slice({ z: 0 }), slice({ z: 1 }), bad, slice({ z: 2 })])
  expect(volumes.map(({ entries }) => entries.length)).toEqual([3])
  expect(problems).toMatchObject([{ name: bad.name, code: 'invalid', message: expect.stringContaining('UID') }])
})

test('a frame of reference whose UID is none keeps no image from being read, and parts them still', async () => {
  const of = (uid: string, z: number) => slice({ z, more: [[0x00200052, 'UI', uid]] })
  const odd = `1.2.${'9'.repeat(62)}`
  const { volumes, problems } = await loadFiles([of(odd, 0), of('1.2.abc', 0), of(odd, 1), of('1.2.abc', 1)])
  expect(problems).toEqual([])
  expect(volumes.map(({ entries }) => entries.length)).toEqual([2, 2])
  expect(volumes.map(({ frameOfReferenceUID }) => frameOfReferenceUID)).toEqual([undefined, undefined])
})

describe('series', () => {
  test('sorted by position, whatever names and order say', async () => {
    const inputs = await phantomInputs(9, 2)
    const shuffled = inputs.toSorted(
      (a, b) => ((Number(a.name.slice(1)) * 7) % 18) - ((Number(b.name.slice(1)) * 7) % 18),
    )
    const { volumes, problems } = await loadFiles(shuffled)
    expect(problems).toEqual([])
    const names = volumes
      .map(({ entries }) => entries.map(({ name }) => name))
      .toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
    expect(names).toEqual([0, 9].map((from) => inputs.slice(from, from + 9).map(({ name }) => name)))
    expect(volumes[0]).toMatchObject({
      format: 'dicom',
      modality: 'CT',
      dimensions: [16, 16, 9],
      components: 1,
      dataType: 'int16',
      spacing: [25, 25, 5],
      transform: [25, 0, 0, -187.5, 0, 25, 0, -187.5, 0, 0, 5, -20, 0, 0, 0, 1],
    })
    expect(volumes[0]?.entries.every(({ image }) => image?.studyInstanceUID !== undefined)).toBe(true)
  })

  test('numbered against their position', async () => {
    const inputs = [3, 2, 1].map((number, index) => slice({ z: index * 3, number }))
    const { volumes } = await loadFiles(inputs.toReversed())
    expect(volumes[0]?.entries.map(({ name }) => name)).toEqual(inputs.map(({ name }) => name))
  })

  test('a tilted gantry is a sheared volume', async () => {
    const sheared = [0, 1, 2].map((index) => slice({ z: 0, more: [[0x00200032, 'DS', [0, index * 0.5, index * 2]]] }))
    const { volumes, problems } = await loadFiles(sheared)
    expect(volumes[0]?.transform).toEqual([0.25, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 2, 0, 0, 0, 0, 1])
    expect(problems).toEqual([])
  })

  test('repetitions are a fourth dimension, in time', async () => {
    const times = [200, 100].flatMap((time) => [3, 0].map((z) => slice({ z, more: [[0x00181060, 'DS', time]] })))
    const { volumes } = await loadFiles(times)
    expect(volumes.map(({ dimensions }) => dimensions)).toEqual([[2, 2, 2, 2]])
    expect(volumes[0]?.entries.map(({ name }) => name)).toEqual([3, 2, 1, 0].map((index) => times[index]?.name))
  })

  test('a slope of every file', async () => {
    const rescaled = [1, 2].map(
      (slope) =>
      slice({ z: slope, more: [[0x00281052, 'DS', 0], [0x00281053, 'DS', slope]] }), // prettier-ignore
    )
    expect((await loadFiles(rescaled)).volumes[0]?.rescale).toEqual({ slope: 1, intercept: 0, varies: true })
  })
})

describe('what does not fit', () => {
  test('missing slices: the volume is there, without a place in space', async () => {
    const { volumes, problems } = await loadFiles([0, 3, 6, 12].map((z) => slice({ z })))
    expect(volumes.map(({ dimensions }) => dimensions)).toEqual([[2, 2, 4]])
    expect(volumes[0]).not.toHaveProperty('transform')
    expect(problems).toMatchObject([{ code: 'invalid' }])
  })

  test('a position more often than others', async () => {
    const { volumes, problems } = await loadFiles([0, 3, 3].map((z) => slice({ z })))
    expect(volumes[0]).not.toHaveProperty('transform')
    expect(problems).toMatchObject([{ code: 'invalid' }])
  })

  test('another orientation, a localizer, another size: volumes of their own; a stray is told', async () => {
    const stack = [0, 3, 6].map((z) => slice({ z }))
    const localizer = slice({ z: 0, more: [[0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'LOCALIZER']]] })
    const sagittal = slice({ z: 0, orientation: [0, 1, 0, 0, 0, -1] })
    const other = slice({ z: 9, more: [[0x00280011, 'US', 1], [0x7fe00010, 'OW', new Uint8Array(4)]] }) // prettier-ignore
    const { volumes, problems } = await loadFiles([...stack, localizer, sagittal, other])
    expect(volumes.map(({ dimensions }) => dimensions.join())).toEqual(['2,2,3', '2,2,1', '2,2,1', '1,2,1'])
    expect(problems.map(({ name }) => name)).toEqual([sagittal.name, other.name])
  })

  test('the same image twice', async () => {
    const image = slice({ z: 0 })
    const copy = { ...image, name: 'copy' }
    const { volumes, problems } = await loadFiles([image, copy])
    expect(volumes.map(({ entries }) => entries.length)).toEqual([1])
    expect(problems).toMatchObject([{ name: 'copy', code: 'already_exists' }])
  })
})

describe('many frames', () => {
  const frame = (z: number): DataSet => [[0x00209113, 'SQ', { items: [[[0x00200032, 'DS', [0, 0, z]]]] }]]
  const shared: DataSet = [
    [0x00209116, 'SQ', { items: [[[0x00200037, 'DS', [1, 0, 0, 0, 1, 0]]]] }],
    [0x00289110, 'SQ', { items: [[[0x00180050, 'DS', 2], [0x00280030, 'DS', [1, 1]]]] }], // prettier-ignore
  ]
  const enhanced = (...frames: readonly DataSet[]) =>
    slice({
      z: 0,
      more: [
        [0x00280008, 'IS', frames.length],
        [0x52009229, 'SQ', { items: [shared] }],
        [0x52009230, 'SQ', { items: frames }],
        [0x7fe00010, 'OW', new Uint8Array(8 * frames.length)],
      ],
    })

  test('an enhanced image is a volume of its own, its frames in order of their position', async () => {
    const { volumes } = await loadFiles([enhanced(frame(4), frame(0), frame(2)), slice({ z: 0 })])
    expect(volumes).toMatchObject([{ dimensions: [2, 2, 3], spacing: [1, 1, 2], frames: [2, 3, 1] }, { dimensions: [2, 2, 1] }]) // prettier-ignore
  })

  test('an enhanced image of several stacks has no place', async () => {
    const turned: DataSet = [...frame(0), [0x00209116, 'SQ', { items: [[[0x00200037, 'DS', [0, 1, 0, 0, 0, -1]]]] }]]
    const { volumes, problems } = await loadFiles([enhanced(frame(0), frame(2), turned)])
    expect(volumes[0]?.dimensions).toEqual([2, 2, 3])
    expect(volumes[0]).not.toHaveProperty('transform')
    expect(problems).toMatchObject([{ code: 'invalid' }])
  })

  test('a dose, by its offsets', async () => {
    const dose = slice({
      z: 5,
      more: [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.481.2'],
        [0x00280008, 'IS', 3],
        [0x3004000c, 'DS', [0, 2, 4]],
        [0x7fe00010, 'OW', new Uint8Array(24)],
      ],
    })
    const { volumes } = await loadFiles([dose])
    expect(volumes[0]).toMatchObject({ dimensions: [2, 2, 3], spacing: [0.25, 0.5, 2] })
    expect(volumes[0]).not.toHaveProperty('frames')
  })

  test('a film has frames, and no place', async () => {
    const film = slice({
      z: 0,
      more: [
        [0x00280008, 'IS', 5],
        [0x7fe00010, 'OW', new Uint8Array(40)],
      ],
    })
    const { volumes } = await loadFiles([film])
    expect(volumes[0]?.dimensions).toEqual([2, 2, 5])
    expect(volumes[0]).not.toHaveProperty('transform')
  })
})

test.each([
  ['segmentation', '1.2.840.10008.5.1.4.1.1.66.4'],
  ['segmentation', '1.2.840.10008.5.1.4.1.1.66.7'],
  ['structure-set', '1.2.840.10008.5.1.4.1.1.481.3'],
  ['report', '1.2.840.10008.5.1.4.1.1.88.33'],
  ['presentation-state', '1.2.840.10008.5.1.4.1.1.11.1'],
  ['slide', '1.2.840.10008.5.1.4.1.1.77.1.6'],
  ['raw', '1.2.840.10008.5.1.4.1.1.66'],
])('no volume: %s', async (kind, sopClassUID) => {
  const loaded = await loadFiles([slice({ z: 0, more: [[0x00080016, 'UI', sopClassUID]] })])
  expect(loaded.volumes).toEqual([])
  expect(loaded.others).toMatchObject([{ kind, image: { sopClassUID } }])
})
