import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'
import { fs } from '@gantry/fs'
import { afterAll, describe, expect, test } from 'vitest'

import { bytesInput } from '../formats/input/bytes-input.ts'
import { folderCatalogue } from '../node/folder-catalogue.ts'
import { memoryCatalogue } from '../sources/source-catalogue.ts'
import { niftiSample } from '../testing/formats/nifti-sample.ts'
import { dicomInputs, GantryRig, loadVolumes, loadWorkspace, stlInput, valueOf } from '../testing/gantry-rig.ts'

const folder = mkdtempSync(join(tmpdir(), 'gantry-ensure-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
const newFolder = () => join(folder, String((count += 1)))

const stores = [
  ['memory', () => new GantryRig()],
  ['a folder', () => new GantryRig({}, fs({ root: newFolder(), durability: 'cache' }), `file://${folder}`)],
] as const

describe.each(stores)('ensureSources on %s', (_, create) => {
  test('the first uploads, the second sends nothing', async () => {
    const rig = create()
    const { workspace, volumes, geometry } = await loadWorkspace(rig.gantry)
    const first = valueOf(await rig.gantry.workspace.ensureSources([workspace]))
    expect(first.map(({ type, id, uploaded }) => [type, id, uploaded])).toEqual([
      ['med', volumes[0]?.id, true],
      ['geometry', geometry.id, true],
    ])
    expect(first[1]?.bytes).toBe(184)
    expect(rig.spy.paths).toHaveLength(4)
    const { bytes } = rig.spy
    const second = valueOf(await rig.gantry.workspace.ensureSources({ workspaces: [workspace] }))
    expect(second.map(({ uploaded, bytes: sent, source }) => [uploaded, sent, source])).toEqual(
      first.map(({ source }) => [false, 0, source]),
    )
    expect(rig.spy.bytes).toBe(bytes)
    expect(geometry.source).toEqual(first[1]?.source)
  })

  test('files that are loaded again are not sent again', async () => {
    const rig = create()
    const first = await loadWorkspace(rig.gantry)
    valueOf(await rig.gantry.workspace.ensureSources(first.workspace))
    const { bytes } = rig.spy
    const again = await loadWorkspace(rig.gantry)
    const ensured = valueOf(await rig.gantry.workspace.ensureSources(again.workspace.id))
    expect(ensured.map(({ uploaded }) => uploaded)).toEqual([false, false])
    expect(rig.spy.bytes).toBe(bytes)
    expect(again.geometry.source).toEqual(first.geometry.source)
  })

  test('of a workspace that differs in one volume, only that volume', async () => {
    const rig = create()
    const series = await dicomInputs({ series: 2 })
    valueOf(await rig.gantry.workspace.ensureSources((await loadWorkspace(rig.gantry, series)).workspace))
    rig.spy.paths.length = 0
    const nifti = bytesInput('a.nii', niftiSample())
    const other = await loadWorkspace(rig.gantry, [...series.slice(0, 3), nifti])
    const ensured = valueOf(await rig.gantry.workspace.ensureSources(other.workspace))
    expect(ensured.filter(({ uploaded }) => uploaded)).toMatchObject([{ type: 'med', bytes: nifti.size }])
    expect(rig.spy.paths).toHaveLength(1)
  })

  test('a series of two workspaces, and a file of two series, are uploaded once', async () => {
    const rig = create()
    const [volume] = await loadVolumes(rig.gantry, await dicomInputs())
    const [twin] = await loadVolumes(rig.gantry, await dicomInputs())
    const one = valueOf(await rig.gantry.workspace.create(volume))
    const two = valueOf(await rig.gantry.workspace.create([volume, twin].flatMap((each) => each ?? [])))
    const ensured = valueOf(await rig.gantry.workspace.ensureSources([one, two]))
    expect(ensured.map(({ uploaded }) => uploaded)).toEqual([true, false])
    expect(rig.spy.paths).toHaveLength(3)
    expect(volume?.source).toEqual(twin?.source)
  })

  test('what has vanished from the store is sent again, and nothing else', async () => {
    const rig = create()
    valueOf(await rig.gantry.workspace.ensureSources((await loadWorkspace(rig.gantry)).workspace))
    const [gone = ''] = await rig.paths()
    await rig.store.remove(gone)
    rig.spy.paths.length = 0
    valueOf(await rig.gantry.workspace.ensureSources((await loadWorkspace(rig.gantry)).workspace))
    expect(rig.spy.paths).toEqual([gone])
  })

  test('two calls at the same time send it once', async () => {
    const rig = create()
    const [a, b] = [await loadWorkspace(rig.gantry), await loadWorkspace(rig.gantry)]
    const both = await Promise.all([a, b].map(({ workspace }) => rig.gantry.workspace.ensureSources(workspace)))
    expect(both.flatMap((each) => valueOf(each).map(({ uploaded }) => uploaded))).toEqual([true, true, false, false])
    expect(rig.spy.paths).toHaveLength(4)
  })
})

describe('catalogues', () => {
  test('a new instance with the same catalogue uploads nothing; without it, all', async () => {
    const catalogue = memoryCatalogue()
    const rig = new GantryRig({ catalogue })
    valueOf(await rig.gantry.workspace.ensureSources((await loadWorkspace(rig.gantry)).workspace))
    const { bytes } = rig.spy
    const other = rig.another({ catalogue })
    valueOf(await other.workspace.ensureSources((await loadWorkspace(other)).workspace))
    expect(rig.spy.bytes).toBe(bytes)
    const forgetful = rig.another()
    valueOf(await forgetful.workspace.ensureSources((await loadWorkspace(forgetful)).workspace))
    expect(rig.spy.bytes).toBe(2 * bytes)
  })

  test('in a folder: for its owner alone, found by another instance, anew when damaged', async () => {
    const path = join(newFolder(), 'catalogue')
    const rig = new GantryRig({ catalogue: folderCatalogue(path) })
    valueOf(await rig.gantry.workspace.ensureSources((await loadWorkspace(rig.gantry)).workspace))
    const names = readdirSync(path)
    expect(names).toHaveLength(2)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(names.map((name) => statSync(join(path, name)).mode & 0o777)).toEqual([0o600, 0o600])
    const { bytes } = rig.spy
    const other = rig.another({ catalogue: folderCatalogue(path) })
    valueOf(await other.workspace.ensureSources((await loadWorkspace(other)).workspace))
    expect(rig.spy.bytes).toBe(bytes)
    for (const name of names) writeFileSync(join(path, name), '{"store":1}')
    const third = rig.another({ catalogue: folderCatalogue(path) })
    valueOf(await third.workspace.ensureSources((await loadWorkspace(third)).workspace))
    expect(rig.spy.bytes).toBe(2 * bytes)
  })

  test('one that cannot be read or written is unavailable, and leaves nothing in the store', async () => {
    const file = newFolder()
    writeFileSync(file, '')
    const rig = new GantryRig({ catalogue: folderCatalogue(join(file, 'catalogue')) })
    const { workspace } = await loadWorkspace(rig.gantry)
    expect(await rig.gantry.workspace.ensureSources(workspace)).toMatchObject({ error: { code: 'unavailable' } })
    expect(await rig.paths()).toEqual([])
  })

  test('a record of other files, or with a damaged key, is none', async () => {
    const catalogue = memoryCatalogue()
    const rig = new GantryRig({ catalogue })
    const [volume] = await loadVolumes(rig.gantry, [bytesInput('a.nii', niftiSample())])
    const find = async (fingerprint: string, store: string) => {
      const found = await catalogue.find(fingerprint, store)
      return found === undefined ? undefined : { ...found, header: '!' }
    }
    valueOf(await rig.gantry.med.ensureSources(volume === undefined ? [] : [volume]))
    const other = rig.another({ catalogue: { ...catalogue, find } })
    const [result] = valueOf(
      await other.med.ensureSources(await loadVolumes(other, [bytesInput('a.nii', niftiSample())])),
    )
    expect(result?.uploaded).toBe(true)
    expect(result?.source).not.toEqual(volume?.source)
  })
})

describe('failures', () => {
  test('of one file: its error, and the others in partial', async () => {
    const rig = new GantryRig()
    const inputs = [...(await dicomInputs()), bytesInput('bad.nii', niftiSample())]
    const { workspace, geometry } = await loadWorkspace(rig.gantry, inputs)
    const bad = workspace.volumes.find(({ name }) => name === 'bad')
    const read = async () => await Promise.reject(new GantryError('unavailable', 'The drive is gone.'))
    Object.assign(bad?.files[0]?.input ?? {}, { read })
    const ensured = await rig.gantry.workspace.ensureSources(workspace)
    expect(ensured.error).toMatchObject({ code: 'unavailable' })
    expect(ensured.partial?.map(({ type, uploaded }) => [type, uploaded])).toEqual([
      ['med', true],
      ['geometry', true],
    ])
    expect(bad?.source).toBeUndefined()
    expect(geometry.source).toBeDefined()
  })

  test('of one object, for good: the volume whose it is; the next call sends what is missing', async () => {
    const rig = new GantryRig()
    const { workspace } = await loadWorkspace(rig.gantry)
    let refused = ''
    rig.spy.onChunk = (path) => {
      refused ||= path
      if (path === refused) throw new GantryError('invalid', 'Not this one.')
    }
    const ensured = await rig.gantry.workspace.ensureSources(workspace)
    expect(ensured.error?.code).toBe('invalid')
    expect(ensured.partial).toHaveLength(1)
    rig.spy.onChunk = () => {}
    rig.spy.paths.length = 0
    valueOf(await rig.gantry.workspace.ensureSources(workspace))
    expect(rig.spy.paths).toEqual([refused])
  })

  test('of the whole upload: every volume that did not arrive', async () => {
    const rig = new GantryRig()
    const { workspace } = await loadWorkspace(rig.gantry)
    rig.spy.onChunk = () => {
      throw new GantryError('permission_denied', 'Nothing of this.')
    }
    const ensured = await rig.gantry.workspace.ensureSources(workspace)
    expect(ensured).toMatchObject({ error: { code: 'permission_denied' }, partial: [] })
    rig.spy.onChunk = () => {}
    expect(valueOf(await rig.gantry.workspace.ensureSources(workspace)).map(({ uploaded }) => uploaded)).toEqual([
      true,
      true,
    ])
  })

  test('nowhere to upload to', async () => {
    const rig = new GantryRig()
    const homeless = rig.another({ store: undefined })
    const { workspace } = await loadWorkspace(homeless)
    expect((await homeless.workspace.ensureSources(workspace)).error?.code).toBe('unsupported')
    expect((await homeless.shares.list()).error?.code).toBe('unsupported')
    expect((await homeless.storage.uploadMetadata({})).error?.code).toBe('unsupported')
  })

  test('progress counts bytes read and sent, to the end', async () => {
    const rig = new GantryRig()
    const [geometry] = valueOf(await rig.gantry.geometry.loadFromFiles([stlInput()]))
    const told: number[] = []
    const totals = new Set<number>()
    const onProgress = ({ done, total }: { done: number; total: number }) => {
      told.push(done / total)
      totals.add(total)
      throw new TypeError('A listener that fails.')
    }
    valueOf(await rig.gantry.geometry.ensureSources(geometry === undefined ? [] : [geometry], { onProgress }))
    expect(told.at(-1)).toBe(1)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    const [again] = valueOf(await rig.gantry.geometry.loadFromFiles([stlInput()]))
    told.length = 0
    valueOf(await rig.gantry.geometry.ensureSources(again === undefined ? [] : [again], { onProgress }))
    expect(told).toEqual([0.5, 1])
    expect([...totals]).toEqual([stlInput().size])
  })
})
