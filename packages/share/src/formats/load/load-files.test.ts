import { gzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'

import { textBytes } from '../../testing/formats/binary.ts'
import { asciiStl, binaryStl, glb, gltf, obj } from '../../testing/formats/mesh-samples.ts'
import { niftiSample } from '../../testing/formats/nifti-sample.ts'
import { nrrdHeader, nrrdSample } from '../../testing/formats/nrrd-sample.ts'
import { bytesInput } from '../input/bytes-input.ts'
import type { FileInput } from '../input/file-input.ts'
import { loadFiles } from './load-files.ts'

const inputs = (files: { readonly [name: string]: Uint8Array }) =>
  Object.entries(files).map(([name, bytes]) => bytesInput(name, bytes))
const load = async (files: { readonly [name: string]: Uint8Array }) => await loadFiles(inputs(files))
const namesOf = (one: { readonly entries: readonly { readonly name: string }[] } | undefined) =>
  one?.entries.map(({ name }) => name)
const codesOf = ({ problems }: Awaited<ReturnType<typeof loadFiles>>) =>
  problems.map(({ name, code }) => `${code} ${name}`)

test('a mixed folder: each file is a volume, a geometry or a problem', async () => {
  const loaded = await load({
    'a/brain.nii.gz': gzipSync(niftiSample()),
    'a/seg.nrrd': nrrdSample(),
    'b/readme.txt': textBytes('hello'),
    'b/cut.nii': niftiSample({ data: 1 }),
    'b/head.stl': binaryStl(),
    'b/head.glb': glb(),
  })
  expect(loaded.volumes.map(({ format, name }) => [format, name])).toEqual([
    ['nifti', 'brain'],
    ['nrrd', 'seg'],
  ])
  expect(loaded.geometries).toMatchObject([
    { format: 'stl', name: 'head', encoding: 'binary', triangles: 2 },
    { format: 'glb', triangles: 1, vertices: 3, units: 'm', bounds: { min: [0, 0, 0], max: [1, 2, 3] } },
  ])
  expect(codesOf(loaded)).toEqual(['unsupported b/readme.txt', 'integrity b/cut.nii'])
  expect(new Set(loaded.volumes.map(({ id }) => id)).size).toBe(2)
})

test('the bytes of an entry are those of the file', async () => {
  const bytes = gzipSync(niftiSample())
  const { volumes } = await load({ 'brain.nii.gz': bytes })
  const read: number[] = []
  for await (const chunk of (await volumes[0]?.entries[0]?.input.read()) ?? []) read.push(...chunk)
  expect(read).toEqual([...bytes])
})

describe('headers with their data', () => {
  const header = niftiSample({ magic: 'ni1\0', voxOffset: 0, data: 0 })

  test('NIfTI in a pair, compressed or not', async () => {
    const plain = await load({ 'x/scan.img': new Uint8Array(96), 'x/scan.hdr': header })
    expect(plain.volumes.map(namesOf)).toEqual([['x/scan.hdr', 'x/scan.img']])
    expect(plain.problems).toEqual([])
    const compressed = await load({ 'scan.hdr': header, 'scan.img.gz': gzipSync(new Uint8Array(96)) })
    expect(compressed.volumes.map(namesOf)).toEqual([['scan.hdr', 'scan.img.gz']])
  })

  test('NIfTI whose image is missing, or cut off', async () => {
    expect(codesOf(await load({ 'scan.hdr': header, 'y/scan.img': new Uint8Array(96) }))).toContain(
      'not_found scan.hdr',
    )
    expect(codesOf(await load({ 'scan.hdr': header, 'scan.img': new Uint8Array(95) }))).toContain('integrity scan.hdr')
  })

  test('NRRD and the files that it names, which are nothing else', async () => {
    const text = textBytes(`${nrrdHeader({ 'data file': '../raw/data.raw' })}\n`)
    const loaded = await load({ 'raw/data.raw': obj.slice(0, 48), 'headers/scan.nhdr': text })
    expect(loaded.volumes.map(namesOf)).toEqual([['headers/scan.nhdr', 'raw/data.raw']])
    expect(loaded.geometries).toEqual([])
    expect(loaded.problems).toEqual([])
  })

  test.each(['../../etc/passwd', '/etc/passwd', 'https://example.org/a.raw', 'file:///a.raw', 'C:\\a.raw', '..'])(
    'nothing outside of the set is looked for: %s',
    async (name) => {
      const loaded = await load({ 'a/scan.nhdr': textBytes(`${nrrdHeader({ 'data file': name })}\n`), passwd: obj })
      expect(loaded.volumes).toEqual([])
      expect(codesOf(loaded)).toEqual(['invalid a/scan.nhdr'])
    },
  )

  test('glTF with buffer and image, whose names are escaped', async () => {
    const files = {
      'm/model.gltf': textBytes(gltf('my%20buffer.bin', 'skin.png')),
      'm/my buffer.bin': new Uint8Array(36),
    }
    const loaded = await load({ ...files, 'm/skin.png': textBytes('png') })
    expect(loaded.geometries.map(namesOf)).toEqual([['m/model.gltf', 'm/my buffer.bin', 'm/skin.png']])
    expect(codesOf(await load(files))).toContain('not_found m/model.gltf')
  })

  test('OBJ with its materials, or without', async () => {
    const mtl = textBytes('newmtl skin\nmap_Kd -s 1 1 1 skin.png\n')
    const loaded = await load({ 'head.obj': obj, 'skin.mtl': mtl, 'skin.png': textBytes('png') })
    expect(loaded.geometries).toMatchObject([{ format: 'obj', space: 'RAS' }])
    expect(loaded.geometries.map(namesOf)).toEqual([['head.obj', 'skin.mtl', 'skin.png']])
    expect((await load({ 'head.obj': obj })).geometries.map(namesOf)).toEqual([['head.obj']])
  })
})

describe('compressed data that are cut off', () => {
  test.each([
    ['a.nii.gz', gzipSync(niftiSample({ data: 10 }))],
    ['a.nii.gz', gzipSync(niftiSample({ dim: [3, 100, 100, 10] })).subarray(0, -12)],
    ['a.nrrd', nrrdSample({ encoding: 'gzip' }, gzipSync(new Uint8Array(47)))],
    ['a.nrrd', nrrdSample({ encoding: 'raw' }, new Uint8Array(47))],
    ['a.nrrd', nrrdSample({ encoding: 'ascii' }, textBytes('1 2 3'))],
  ])('%s', async (name, bytes) => {
    expect(codesOf(await load({ [name]: bytes }))).toEqual([`integrity ${name}`])
  })

  test('padding behind the data is none of them', async () => {
    expect(
      (await load({ 'a.nii.gz': new Uint8Array([...gzipSync(niftiSample()), 0, 0, 0, 0, 0]) })).volumes,
    ).toHaveLength(1)
  })

  test('several gzip members are one', async () => {
    const [head, tail] = [niftiSample().subarray(0, 400), niftiSample().subarray(400)]
    const bytes = new Uint8Array([...gzipSync(head), ...gzipSync(tail)])
    expect((await load({ 'a.nii.gz': bytes })).volumes).toHaveLength(1)
  })
})

test('files of one name are all kept', async () => {
  const twice = [bytesInput('IM1.stl', asciiStl), bytesInput('IM1.stl', binaryStl())]
  const { geometries } = await loadFiles(twice)
  expect(geometries.map(namesOf)).toEqual([['IM1.stl'], ['IM1-2.stl']])
  // Paths are in NFC: these are one name there.
  const composed = [bytesInput('e\u0301.stl', asciiStl), bytesInput('\u00e9.stl', binaryStl())]
  expect((await loadFiles(composed)).geometries.map(namesOf)).toEqual([['e\u0301.stl'], ['\u00e9-2.stl']])
})

test('a file that cannot be read does not keep others from loading', async () => {
  const broken: FileInput = { name: 'gone', size: 10, read: () => Promise.reject(new TypeError('secret path')) }
  const short: FileInput = { ...bytesInput('short', asciiStl), size: 10_000 }
  const loaded = await loadFiles([broken, short, bytesInput('a.stl', asciiStl)])
  expect(loaded.geometries).toHaveLength(1)
  expect(codesOf(loaded)).toEqual(['internal gone', 'integrity short'])
  expect(JSON.stringify(loaded.problems)).not.toContain('secret')
})

test('progress counts every file', async () => {
  const steps: unknown[] = []
  await loadFiles(inputs({ a: asciiStl, b: obj }), { onProgress: (step) => steps.push(step) })
  expect(steps).toEqual([
    { done: 1, total: 2 },
    { done: 2, total: 2 },
  ])
})

test.each(['before', 'while a file hangs'])('an aborted load ends at once: %s', async (when) => {
  const controller = new AbortController()
  const hanging: FileInput = { name: 'hangs', size: 10, read: async () => await new Promise(() => {}) }
  if (when === 'before') controller.abort()
  const loading = loadFiles([hanging], { signal: controller.signal })
  controller.abort()
  await expect(loading).rejects.toMatchObject({ code: 'cancelled' })
})

test('a body that comes after the load was aborted is closed', async () => {
  const controller = new AbortController()
  let give: ((body: AsyncIterable<Uint8Array>) => void) | undefined
  let closed = false
  const body = {
    [Symbol.asyncIterator]: () => ({
      next: async () => await new Promise<never>(() => {}),
      return: async () => ((closed = true), { done: true as const, value: undefined }),
    }),
  }
  const slow: FileInput = { name: 'slow', size: 10, read: async () => await new Promise((resolve) => (give = resolve)) }
  const loading = loadFiles([slow], { signal: controller.signal })
  await expect.poll(() => give).toBeDefined()
  controller.abort()
  await expect(loading).rejects.toMatchObject({ code: 'cancelled' })
  give?.(body)
  await expect.poll(() => closed).toBe(true)
})
