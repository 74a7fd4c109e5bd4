import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { bytesInput } from '../formats/input/bytes-input.ts'
import { folderCatalogue } from '../node/folder-catalogue.ts'
import { nodePlatform } from '../node/node-platform.ts'
import { memoryCatalogue } from '../sources/source-catalogue.ts'
import { nrrdSample } from '../testing/formats/nrrd-sample.ts'
import { bytesOfFile, dicomInputs, GantryRig, loadVolumes, loadWorkspace, valueOf } from '../testing/gantry-rig.ts'
import { patternBytes } from '../testing/pattern.ts'

const folder = mkdtempSync(join(tmpdir(), 'gantry-interrupted-'))
afterAll(() => rmSync(folder, { recursive: true }))

const voxels = 96 * 1024 * 1024
const largeBytes = nrrdSample({ sizes: `4 3 ${voxels / 24}` }, patternBytes(voxels))
const large = () => bytesInput('large.nrrd', largeBytes)

/** A signal that is aborted once so many bytes were sent. */
function abortedAfter(rig: GantryRig, bytes: number): AbortSignal {
  const controller = new AbortController()
  rig.spy.onChunk = () => {
    if (rig.spy.bytes >= bytes) controller.abort()
  }
  return controller.signal
}

describe('an upload that was interrupted', () => {
  test('goes on with what is missing; nothing has a source before', async () => {
    const rig = new GantryRig()
    const { workspace } = await loadWorkspace(rig.gantry, await dicomInputs({ slices: 150 }))
    const signal = abortedAfter(rig, 100_000)
    const stopped = await rig.gantry.workspace.ensureSources(workspace, { signal })
    expect(stopped.error?.code).toBe('cancelled')
    expect(workspace.volumes.map(({ source }) => source)).toEqual([undefined])
    const arrived = await rig.paths()
    expect(arrived.length).toBeGreaterThan(0)
    expect(arrived.length).toBeLessThan(151)
    rig.spy.onChunk = () => {}
    rig.spy.paths.length = 0
    valueOf(await rig.gantry.workspace.ensureSources(workspace))
    expect(rig.spy.paths.filter((path) => arrived.includes(path))).toEqual([])
    expect(await rig.paths()).toHaveLength(151)
  })

  test.each(['the same instance', 'another instance'])(
    'goes on in the middle of an object, in %s',
    async (where) => {
      const catalogue = join(folder, where, 'catalogue')
      const journals = join(folder, where, 'journals')
      const options = () => ({ catalogue: folderCatalogue(catalogue), platform: nodePlatform({ journals }) })
      const rig = new GantryRig(options())
      const signal = abortedAfter(rig, voxels / 2)
      const [volume] = await loadVolumes(rig.gantry, [large()])
      if (volume === undefined) throw new TypeError('Nothing was loaded.')
      expect((await rig.gantry.med.ensureSources([volume], { signal })).error?.code).toBe('cancelled')
      rig.spy.onChunk = () => {}
      const gantry = where === 'the same instance' ? rig.gantry : rig.another(options())
      const [again] = where === 'the same instance' ? [volume] : await loadVolumes(gantry, [large()])
      if (again === undefined) throw new TypeError('Nothing was loaded.')
      const [ensured] = valueOf(await gantry.med.ensureSources([again]))
      if (ensured === undefined) throw new TypeError('Nothing was ensured.')
      expect(rig.spy.bytes).toBeLessThan(1.3 * voxels)
      expect(rig.spy.bytes).toBeGreaterThanOrEqual(voxels)
      const [restored] = valueOf(await rig.another().med.loadFromSource(ensured.source))
      const bytes = await bytesOfFile(restored?.files[0]?.input)
      expect(Buffer.compare(bytes, largeBytes)).toBe(0)
    },
    60_000,
  )

  test('what arrived before, and has vanished since, is sent again', async () => {
    const rig = new GantryRig()
    const { workspace } = await loadWorkspace(rig.gantry, await dicomInputs({ slices: 150 }))
    const signal = abortedAfter(rig, 100_000)
    expect((await rig.gantry.workspace.ensureSources(workspace, { signal })).error?.code).toBe('cancelled')
    rig.spy.onChunk = () => {}
    for (const path of await rig.paths()) await rig.store.remove(path)
    valueOf(await rig.gantry.workspace.ensureSources(workspace))
    expect(await rig.paths()).toHaveLength(151)
  })

  test('without journals, another instance sends what has not arrived', async () => {
    const catalogue = memoryCatalogue()
    const rig = new GantryRig({ catalogue })
    const inputs = await dicomInputs({ slices: 150 })
    const { workspace } = await loadWorkspace(rig.gantry, inputs)
    const signal = abortedAfter(rig, 100_000)
    expect((await rig.gantry.workspace.ensureSources(workspace, { signal })).error?.code).toBe('cancelled')
    rig.spy.onChunk = () => {}
    const arrived = await rig.paths()
    rig.spy.paths.length = 0
    const other = rig.another({ catalogue })
    valueOf(await other.workspace.ensureSources((await loadWorkspace(other, inputs)).workspace))
    expect(rig.spy.paths).toHaveLength(151 - arrived.length)
  })
})

test('a signal that is aborted while another upload is at work ends at once', async () => {
  const rig = new GantryRig()
  const [a, b] = [await loadWorkspace(rig.gantry), await loadWorkspace(rig.gantry)]
  const controller = new AbortController()
  const first = rig.gantry.workspace.ensureSources(a.workspace)
  const second = rig.gantry.workspace.ensureSources(b.workspace, { signal: controller.signal })
  controller.abort()
  expect((await second).error?.code).toBe('cancelled')
  valueOf(await first)
  valueOf(await rig.gantry.workspace.ensureSources(b.workspace))
  expect(rig.spy.paths).toHaveLength(4)
})

test('an aborted signal ends the reading of a file that hangs', async () => {
  const rig = new GantryRig()
  const [volume] = await loadVolumes(rig.gantry, [large()])
  if (volume === undefined) throw new TypeError('Nothing was loaded.')
  const controller = new AbortController()
  const hanging = async () => {
    setImmediate(() => controller.abort())
    return await new Promise<never>(() => {})
  }
  Object.assign(volume.files[0]?.input ?? {}, { read: hanging })
  expect((await rig.gantry.med.ensureSources([volume], { signal: controller.signal })).error?.code).toBe('cancelled')
  expect(await rig.paths()).toEqual([])
})
