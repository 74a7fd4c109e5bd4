import { existsSync, readdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, relative } from 'node:path'

import { describe, expect, test } from 'vitest'

import type { FileInput } from './input/file-input.ts'
import { loadFiles, type LoadedFiles } from './load/load-files.ts'

/** Real images, where there are any: `GANTRY_DATA`, else `../shared/data` beside the checkout. */
const data = process.env['GANTRY_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')

function inputsOf(...folders: readonly string[]): FileInput[] {
  return folders
    .map((folder) => join(data, folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => fileInput(path))
}

function fileInput(path: string): FileInput {
  const { size } = statSync(path)
  return {
    name: relative(data, path),
    size,
    async read({ start, end = size } = { start: 0 }) {
      const file = await open(path)
      // The stream closes the file, however it ends.
      return start >= end
        ? (await file.close(), empty())
        : file.createReadStream({ start, end: Math.min(end, size) - 1 })
    },
  }
}

async function* empty(): AsyncGenerator<Uint8Array, void, undefined> {}

function namesOf({ volumes, geometries, others, problems }: LoadedFiles): Set<string> {
  const entries = [...volumes, ...geometries].flatMap((one) => one.entries)
  return new Set([...entries, ...others, ...problems].map(({ name }) => name))
}

const codesOf = ({ problems }: LoadedFiles) => new Set(problems.map(({ code }) => code))

describe.skipIf(!existsSync(join(data, 'dicom')))('real files', () => {
  test('every file is somewhere, and none stops the others', async () => {
    const inputs = inputsOf('dicom', 'cod', 'igt')
    const loaded = await loadFiles(inputs)
    expect(inputs.map(({ name }) => name).filter((name) => !namesOf(loaded).has(name))).toEqual([])
    expect(codesOf(loaded)).toEqual(new Set(['unsupported', 'invalid', 'integrity', 'already_exists']))
    expect(loaded.problems.filter(({ code }) => code === 'integrity').map(({ name }) => name)).toEqual([
      'dicom/small/pydicom/MR_truncated.dcm',
      'dicom/small/pydicom/rtplan_truncated.dcm',
    ])
  })

  test('a T1 of 384 slices, from names that say nothing of their order', async () => {
    const inputs = inputsOf('dicom/series/mr-t1-studyforrest-384-jpegls').map((input, index) => ({
      ...input,
      name: `${(index * 211) % 384}`,
    }))
    const { volumes, problems } = await loadFiles(inputs)
    expect(problems).toEqual([])
    expect(volumes).toMatchObject([{ modality: 'MR', dimensions: [274, 384, 384], dataType: 'int16' }])
    expect(volumes[0]?.spacing?.map((size) => size.toFixed(2))).toEqual(['0.70', '0.67', '0.67'])
    expect(volumes[0]?.transform).toHaveLength(16)
  })

  test('an fMRI has times', async () => {
    const { volumes } = await loadFiles(inputsOf('dicom/series/mr-fmri-ge-150'))
    expect(volumes.map(({ dimensions }) => dimensions)).toEqual([[64, 64, 15, 10]])
  })

  test('volumes of other formats lie where their headers say', async () => {
    const { volumes } = await loadFiles(inputsOf('dicom/volumes'))
    const byName = new Map(volumes.map((volume) => [volume.name, volume]))
    expect(byName.size).toBe(18)
    expect(byName.get('pcasl')).toMatchObject({ dataType: 'float32', dimensions: [52, 68, 20, 10] })
    expect(byName.get('example_nifti2')).toMatchObject({ dimensions: [32, 20, 12, 2] })
    expect(byName.get('FLAIR')).toMatchObject({ format: 'nrrd', dimensions: [124, 160, 140] })
  })

  test('meshes of every make', async () => {
    const { geometries } = await loadFiles(inputsOf('dicom/meshes'))
    const found = new Map(geometries.map(({ entries, format, encoding, triangles }) => [entries[0]?.name, { format, encoding, triangles }])) // prettier-ignore
    expect(found.size).toBe(14)
    expect(found.get('dicom/meshes/rear_case.stl')).toEqual({ format: 'stl', encoding: 'binary', triangles: 18_808 })
    expect(found.get('dicom/meshes/2-HalfDonut.stl')).toMatchObject({ encoding: 'binary', triangles: 288 })
    expect(found.get('dicom/meshes/Moon_Chinese.stl')).toMatchObject({ encoding: 'ascii' })
    expect(found.get('dicom/meshes/cube.ply')).toEqual({ format: 'ply', encoding: 'ascii', triangles: 7 })
  })
})
