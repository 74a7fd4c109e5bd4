import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'

import { bytesInput } from '../formats/input/bytes-input.ts'
import { textBytes } from '../testing/formats/binary.ts'
import { niftiSample } from '../testing/formats/nifti-sample.ts'
import { nrrdSample } from '../testing/formats/nrrd-sample.ts'
import { bytesOfFile, dicomInputs, GantryRig, loadVolumes, stlInput, valueOf } from '../testing/gantry-rig.ts'

describe('loading files', () => {
  test('DICOM: one volume a series, with its bytes as they were', async () => {
    const { gantry } = new GantryRig()
    const inputs = await dicomInputs({ series: 2 })
    const volumes = await loadVolumes(gantry, inputs)
    expect(volumes.map(({ modality, files }) => [modality, files.length])).toEqual([
      ['CT', 3],
      ['CT', 3],
    ])
    expect(volumes[0]?.description?.dimensions).toEqual([16, 16, 3])
    const first = inputs.find(({ name }) => name === volumes[0]?.files[0]?.name)
    expect(await bytesOfFile(volumes[0]?.files[0]?.input)).toEqual(await bytesOfFile(first))
  })

  test('a zip of a series', async () => {
    const { gantry } = new GantryRig()
    const files: { [name: string]: Uint8Array } = {}
    for (const input of await dicomInputs()) files[input.name] = await bytesOfFile(input)
    const [volume] = await loadVolumes(gantry, [bytesInput('study.zip', zipSync(files))])
    expect(volume?.files.map(({ name }) => name).toSorted()).toEqual(Object.keys(files).map((name) => `study/${name}`))
  })

  test('NIfTI, NRRD, a File, and what is none of them', async () => {
    const { gantry } = new GantryRig()
    const file = new File([nrrdSample()], 'b.nrrd')
    const loaded = await gantry.med.loadFromFiles([
      bytesInput('a.nii', niftiSample()),
      file,
      bytesInput('c.txt', textBytes('hello')),
      bytesInput('../d.nii', niftiSample()),
    ])
    expect(valueOf(loaded).map(({ name, state }) => [name, state.format])).toEqual([
      ['a', 'nifti'],
      ['b', 'nrrd'],
    ])
    expect(loaded.problems?.map(({ name, code }) => [name, code])).toEqual([
      ['../d.nii', 'invalid'],
      ['c.txt', 'unsupported'],
    ])
  })

  test('nothing of the kind is an error with the first problem', async () => {
    const { gantry } = new GantryRig()
    expect(await gantry.med.loadFromFiles([stlInput()])).toMatchObject({ error: { code: 'invalid' }, problems: [] })
    const damaged = [bytesInput('a.nii', niftiSample({ data: 1 }))]
    expect(await gantry.med.loadFromFiles(damaged)).toMatchObject({ error: { code: 'integrity' } })
    expect((await gantry.geometry.loadFromFiles(await dicomInputs())).error?.code).toBe('invalid')
  })

  test('an STL', async () => {
    const { gantry } = new GantryRig()
    const [geometry] = valueOf(await gantry.geometry.loadFromFiles([stlInput()]))
    expect(geometry).toMatchObject({ name: 'skull', description: { format: 'stl', triangles: 2 } })
  })
})

describe('the table of handles', () => {
  test('get, getAll and destroyAll, but for some', async () => {
    const { gantry } = new GantryRig()
    const volumes = await loadVolumes(gantry, await dicomInputs({ series: 2 }))
    const [first, second] = volumes
    expect(valueOf(await gantry.med.getAll())).toEqual(volumes)
    expect(valueOf(await gantry.med.get(first?.id ?? ''))).toBe(first)
    valueOf(await gantry.med.destroyAll({ except: second === undefined ? [] : [second] }))
    expect(valueOf(await gantry.med.getAll())).toEqual([second])
    const [geometry] = valueOf(await gantry.geometry.loadFromFiles([stlInput()]))
    expect(valueOf(await gantry.geometry.get(geometry?.id ?? ''))).toBe(geometry)
    valueOf(await gantry.geometry.destroyAll())
    expect(valueOf(await gantry.geometry.getAll())).toEqual([])
  })

  test('two instances share nothing', async () => {
    const rig = new GantryRig()
    const other = rig.another()
    const [volume] = await loadVolumes(rig.gantry, await dicomInputs())
    const workspace = valueOf(await rig.gantry.workspace.create(volume))
    valueOf(await rig.gantry.auth.setAccessToken('token'))
    expect(valueOf(await other.med.getAll())).toEqual([])
    expect(valueOf(await other.workspace.get(workspace.id))).toBeUndefined()
    expect(valueOf(await other.auth.hasAccessToken())).toBe(false)
  })
})

describe('loading from a source', () => {
  test('volumes, meshes and assets, from the source or from a secret', async () => {
    const rig = new GantryRig()
    const [volume] = await loadVolumes(rig.gantry, await dicomInputs())
    const [geometry] = valueOf(await rig.gantry.geometry.loadFromFiles([stlInput()]))
    if (volume === undefined || geometry === undefined) throw new TypeError('Nothing was loaded.')
    const [med] = valueOf(await rig.gantry.med.ensureSources([volume]))
    const [mesh] = valueOf(await rig.gantry.geometry.ensureSources([geometry]))
    if (med === undefined || mesh === undefined) throw new TypeError('Nothing was ensured.')
    expect([med.type, mesh.type]).toEqual(['med', 'geometry'])

    const other = rig.another()
    const [again] = valueOf(await other.med.loadFromSource(med.source))
    expect(again).toMatchObject({ modality: 'CT', source: med.source, description: { dimensions: [16, 16, 3] } })
    expect(valueOf(await other.geometry.loadFromSource(mesh.source)).source).toEqual(mesh.source)

    const { secret } = valueOf(await rig.gantry.storage.uploadMetadata({ of: [mesh.source, med.source] }))
    expect(valueOf(await rig.another().med.loadFromSource(secret))).toHaveLength(1)
    expect(valueOf(await rig.another().geometry.loadFromSource(secret)).description?.triangles).toBe(2)
    expect((await other.storage.loadFromSource(secret)).error?.code).toBe('invalid')
    expect((await other.med.loadFromSource(mesh.source)).error?.code).toBe('invalid')
  })

  test('assets keep their name and type', async () => {
    const rig = new GantryRig()
    const data = textBytes('a report')
    const asset = { data, type: 'text/plain', name: 'reports/a.txt' }
    const { source, uploaded } = valueOf(await rig.gantry.storage.upload(asset))
    expect(uploaded).toBe(true)
    expect(valueOf(await rig.gantry.storage.upload(asset)).uploaded).toBe(false)
    expect(valueOf(await rig.another().storage.loadFromSource(source))).toEqual({ ...asset })
    expect((await rig.another().storage.loadFromSource(source, { limit: 3 })).error?.code).toBe('invalid')
    const blob = valueOf(await rig.gantry.storage.upload({ data: new Blob([data]), temporary: false } as never))
    expect(valueOf(await rig.gantry.storage.loadFromSource(blob.source)).name).toBe('asset')
  })

  test('a DICOMweb series, and a store that nobody opens, are unsupported', async () => {
    const { gantry } = new GantryRig()
    const series = { kind: 'dicomweb', root: 'https://pacs.example/dicom-web', study: '1.2', series: '1.3' } as const
    expect((await gantry.med.loadFromSource(series)).error?.code).toBe('unsupported')
    const entries = [{ path: 'a.nii', size: 448, digests: { sha256: 'a'.repeat(64) } }]
    const elsewhere = { kind: 'entries', store: 'https://files.example/a', entries } as const
    expect((await gantry.med.loadFromSource(elsewhere)).error?.code).toBe('unsupported')
  })
})
