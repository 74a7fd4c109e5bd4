import { createHash } from 'node:crypto'

import { bytesOf, collect, type SerializableWorkspace, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { bytesInput } from '../formats/input/bytes-input.ts'
import { niftiSample } from '../testing/formats/nifti-sample.ts'
import { bytesOfFile, dicomInputs, GantryRig, loadWorkspace, stlInput, valueOf } from '../testing/gantry-rig.ts'

async function ensured(rig: GantryRig, inputs?: Parameters<typeof loadWorkspace>[1]) {
  const loaded = await loadWorkspace(rig.gantry, inputs)
  valueOf(await rig.gantry.workspace.ensureSources(loaded.workspace))
  const [json] = valueOf(await rig.gantry.workspace.serialize(loaded.workspace))
  if (json === undefined) throw new TypeError('Nothing was serialized.')
  return { ...loaded, json }
}

async function restored(rig: GantryRig, json: unknown) {
  const gantry = rig.another()
  const [workspace] = valueOf(await gantry.workspace.loadFromSerialization([json]))
  if (workspace === undefined) throw new TypeError('Nothing was restored.')
  return { gantry, workspace }
}

const nifti = () => bytesInput('scans/head.nii', niftiSample())

describe('serialize', () => {
  test('without sources it fails, and with medSource: null only the geometry needs one', async () => {
    const { gantry } = new GantryRig()
    const { workspace, geometry } = await loadWorkspace(gantry)
    expect((await gantry.workspace.serialize([workspace])).error?.code).toBe('precondition_failed')
    const without = await gantry.workspace.serialize([workspace], { medSource: null })
    expect(without.error?.code).toBe('precondition_failed')
    valueOf(await gantry.geometry.ensureSources([geometry]))
    const [json] = valueOf(await gantry.workspace.serialize({ workspace, medSource: null }))
    expect(json?.volumes[0]?.source).toBeNull()
    expect(json?.geometries[0]?.source).toEqual(geometry.source)
  })

  test('a workspace without its image goes on without it', async () => {
    const rig = new GantryRig()
    const { workspace } = await loadWorkspace(rig.gantry)
    workspace.remove(workspace.geometries[0] ?? { id: '' })
    const [json] = valueOf(await rig.gantry.workspace.serialize(workspace, { medSource: null }))
    const { gantry, workspace: again } = await restored(rig, json)
    expect(again.volumes[0]?.files).toEqual([])
    expect(valueOf(await gantry.workspace.ensureSources(again))).toEqual([])
    expect(valueOf(await gantry.workspace.serialize(again))).toEqual([json])
    expect((await gantry.med.ensureSources(again.volumes)).error?.code).toBe('precondition_failed')
  })

  test('medSource: a DICOMweb series', async () => {
    const rig = new GantryRig()
    const { workspace, geometry } = await loadWorkspace(rig.gantry)
    valueOf(await rig.gantry.geometry.ensureSources([geometry]))
    const medSource = 'https://pacs.example/dicom-web/studies/1.2.3/series/1.2.3.4'
    const [json] = valueOf(await rig.gantry.workspace.serialize(workspace, { medSource }))
    const source = { kind: 'dicomweb', root: 'https://pacs.example/dicom-web', study: '1.2.3', series: '1.2.3.4' }
    expect(json?.volumes[0]?.source).toEqual(source)
    const { workspace: again } = await restored(rig, json)
    expect(again.volumes[0]).toMatchObject({ source, files: [] })
  })

  test('medSource: a file, and a store that has the files; read by who opens them, and proved', async () => {
    const rig = new GantryRig()
    const { workspace, geometry } = await loadWorkspace(rig.gantry, [nifti()])
    valueOf(await rig.gantry.geometry.ensureSources([geometry]))
    const files = new Store(memory(), { url: 'https://files.example/a' })
    const bytes = niftiSample()
    for (const path of ['my head.nii', 'scans/head.nii'])
      await files.write({ path, size: bytes.length }, bytesOf(bytes))
    for (const [medSource, path] of [
      ['https://files.example/a/my%20head.nii', 'my head.nii'],
      ['https://files.example/a/', 'scans/head.nii'],
    ] as const) {
      const [json] = valueOf(await rig.gantry.workspace.serialize(workspace, { medSource }))
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const entry = { path, size: bytes.length, digests: { sha256 }, name: 'scans/head.nii' }
      expect(json?.volumes[0]?.source).toEqual({ kind: 'entries', store: 'https://files.example/a', entries: [entry] })
      const urls: string[] = []
      const openStore = async (url: string) => (urls.push(url), files)
      const gantry = rig.another({ openStore })
      const [again] = valueOf(await gantry.workspace.loadFromSerialization([json]))
      expect(urls).toEqual([])
      expect(await bytesOfFile(again?.volumes[0]?.files[0]?.input)).toEqual(bytes)
      expect(valueOf(await gantry.med.describe(again?.volumes[0] ?? (null as never))).dimensions).toEqual([4, 3, 2])
      expect(urls).toEqual(['https://files.example/a'])
      await files.write({ path, size: bytes.length }, bytesOf(bytes.map((byte) => byte ^ 1)))
      await expect(bytesOfFile(again?.volumes[0]?.files[0]?.input)).rejects.toMatchObject({ code: 'integrity' })
    }
  })

  test.each([
    'https://user:pass@files.example/a/b.nii',
    'https://files.example/a/b.nii?token=secret',
    'https://files.example/a/b.nii#key',
    'https://files.example/a/%zz',
    'https://pacs.example/studies/1.2/series/1.3?access_token=secret',
    'no url',
    '',
  ])('medSource that cannot be one, which the error does not repeat: %s', async (medSource) => {
    const { gantry } = new GantryRig()
    const { workspace } = await loadWorkspace(gantry, [nifti()])
    const { error } = await gantry.workspace.serialize(workspace, { medSource })
    expect(error?.code).toBe('invalid')
    expect(`${error?.message} ${String(error?.cause)}`).not.toMatch(/secret|pass|files\.example/u)
  })
})

describe('loadFromSerialization', () => {
  test('all is as it was: bytes, views, shapes, fields that nobody knows', async () => {
    const rig = new GantryRig()
    const inputs = await dicomInputs()
    const { workspace, json } = await ensured(rig, inputs)
    const { gantry, workspace: again } = await restored(rig, JSON.parse(JSON.stringify(json)))
    expect(again).not.toBe(workspace)
    expect(again.state).toEqual(workspace.state)
    expect(again.state).toMatchObject({ future: { field: [1, null, 'x'] }, shapes: [{ ours: { kept: true } }] })
    expect(again.volumes.map(({ state }) => state)).toEqual(workspace.volumes.map(({ state }) => state))
    for (const file of again.volumes[0]?.files ?? []) {
      const original = inputs.find(({ name }) => name === file.name)
      expect(await bytesOfFile(file.input)).toEqual(await bytesOfFile(original))
      expect(file.image?.sopInstanceUID).toMatch(/^2\.25\./u)
    }
    expect(await bytesOfFile(again.geometries[0]?.files[0]?.input)).toEqual(await bytesOfFile(stlInput()))
    expect(valueOf(await gantry.workspace.serialize(again))).toEqual([json])
    expect(valueOf(await gantry.workspace.serialize(json))).toEqual([json])
    expect(valueOf(await gantry.workspace.get(workspace.id))).toBe(again)
    expect(valueOf(await gantry.geometry.getAll())).toEqual(again.geometries)
    expect(valueOf(await gantry.workspace.ensureSources(again)).map(({ uploaded }) => uploaded)).toEqual([false, false])
  })

  test('by the names of the seed; handles stay what they are', async () => {
    const rig = new GantryRig()
    const { workspace, geometry, json } = await ensured(rig)
    expect(valueOf(await rig.gantry.workspace.loadFromWorkspace([workspace, json]))).toHaveLength(2)
    expect(valueOf(await rig.gantry.workspace.loadFromWorkspace(workspace))).toEqual([workspace])
    const other = rig.another()
    const meshes = valueOf(await other.geometry.loadFromSerialization([...json.geometries, geometry]))
    expect(meshes.map(({ id }) => id)).toEqual([geometry.id, geometry.id])
    expect(meshes[1]).toBe(geometry)
    expect(await bytesOfFile(meshes[0]?.files[0]?.input)).toEqual(await bytesOfFile(stlInput()))
    expect((await other.geometry.loadFromSerialization([{ id: 1 }])).error?.code).toBe('invalid')
  })

  test('nothing is read before it is asked for', async () => {
    const rig = new GantryRig()
    const { json } = await ensured(rig)
    for (const path of await rig.paths()) await rig.store.remove(path)
    const { workspace } = await restored(rig, json)
    await expect(bytesOfFile(workspace.volumes[0]?.files[0]?.input)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('one that is wrong: none is loaded', async () => {
    const rig = new GantryRig()
    const { json } = await ensured(rig)
    const gantry = rig.another()
    const newer = { ...json, id: 'newer', version: 2 }
    expect((await gantry.workspace.loadFromSerialization([json, newer])).error?.code).toBe('unsupported')
    expect(valueOf(await gantry.workspace.getAll())).toEqual([])
    expect(valueOf(await gantry.med.getAll())).toEqual([])
  })

  test('objects that were tampered with, or digests that do not agree, are integrity', async () => {
    const rig = new GantryRig()
    const { json } = await ensured(rig, [nifti()])
    const lying = structuredClone<SerializableWorkspace>(json)
    const [source] = lying.volumes.flatMap((volume) => (volume.source?.kind === 'entries' ? [volume.source] : []))
    if (source?.entries[0] === undefined) throw new TypeError('There is no source.')
    source.entries[0].digests.sha256 = 'a'.repeat(64)
    const { workspace } = await restored(rig, lying)
    await expect(bytesOfFile(workspace.volumes[0]?.files[0]?.input)).rejects.toMatchObject({ code: 'integrity' })

    const { path } = source.entries[0]
    const bytes = await collect((await rig.store.read(path)).body)
    bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1
    await rig.store.write({ path, size: bytes.length }, bytesOf(bytes))
    const { workspace: again } = await restored(rig, json)
    await expect(bytesOfFile(again.volumes[0]?.files[0]?.input)).rejects.toMatchObject({ code: 'integrity' })
  })
})

describe('openFiles', () => {
  test('all files under their names, each once, vouched for; other files of one name beside each other', async () => {
    const rig = new GantryRig()
    const one = await ensured(rig, [nifti()])
    const two = await ensured(rig, [bytesInput('scans/head.nii', niftiSample({ dim: [3, 2, 2, 2] }))])
    const store = valueOf(await rig.another().workspace.openFiles([one.json, two.json]))
    const names = []
    for await (const { path, digests } of store.list()) {
      const bytes = await collect((await store.read(path)).body)
      expect(digests?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      names.push(path)
    }
    expect(names).toEqual(['meshes/skull.stl', 'scans/head-2.nii', 'scans/head.nii'])
    expect(await collect((await store.read('scans/head.nii', { start: 344, end: 348 })).body)).toEqual(
      niftiSample().slice(344, 348),
    )
  })

  test('what was shared under names that are one name in NFC is opened, each file under its own', async () => {
    const rig = new GantryRig()
    const { json } = await ensured(rig, await dicomInputs())
    const old = structuredClone<SerializableWorkspace>(json)
    const source = old.volumes[0]?.source
    if (source?.kind !== 'entries') throw new TypeError('There is no source.')
    const names = ['e\u0301.dcm', '\u00e9.dcm']
    for (const [index, name] of names.entries()) Object.assign(source.entries[index] ?? {}, { name })
    const { workspace } = await restored(rig, old)
    const digests = await Promise.all(
      (workspace.volumes[0]?.files ?? []).map(async ({ input }) => {
        return createHash('sha256')
          .update(await bytesOfFile(input))
          .digest('hex')
      }),
    )
    expect(digests).toEqual(source.entries.map(({ digests: { sha256 } }) => sha256))
    const store = valueOf(await rig.another().workspace.openFiles([old]))
    for (const path of ['\u00e9.dcm', '\u00e9-2.dcm']) {
      const entry = await store.stat(path)
      expect(digests).toContain(entry.digests?.sha256)
      expect((await collect((await store.read(path)).body)).length).toBe(entry.size)
    }
  })
})
