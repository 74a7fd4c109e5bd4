import { describe, expect, test } from 'vitest'

import { atOnce, everyCall, progressOf } from '../testing/every-call.ts'
import { dicomInputs, GantryRig, loadWorkspace, stlInput, valueOf } from '../testing/gantry-rig.ts'

/** A share of a volume of six files and a mesh, and what each call is given in another instance. */
async function rigged() {
  const rig = new GantryRig()
  const { workspace } = await loadWorkspace(rig.gantry, await dicomInputs({ slices: 6 }))
  valueOf(await rig.gantry.workspace.ensureSources(workspace))
  const json = valueOf(await rig.gantry.workspace.serialize(workspace))
  const { secret } = valueOf(await rig.gantry.storage.uploadMetadata(json))
  const data = new Uint8Array(300_000).fill(7)
  const { source } = valueOf(await rig.gantry.storage.upload({ data, name: 'report.pdf' }))
  const other = rig.another()
  const [restored] = valueOf(await other.workspace.loadFromSerialization(json))
  const fresh = async () => await loadWorkspace(rig.another())
  const given: Readonly<Record<string, unknown>> = {
    'workspace.ensureSources': [(await fresh()).workspace],
    'workspace.serialize': { workspace, medSource: 'https://files.example.org/study' },
    'workspace.loadFromSerialization': json,
    'workspace.loadFromWorkspace': json,
    'med.loadFromFiles': await dicomInputs(),
    'med.loadFromSource': secret,
    'med.ensureSources': (await fresh()).volumes,
    'med.describe': restored?.volumes[0],
    'geometry.loadFromFiles': [stlInput()],
    'geometry.loadFromSource': secret,
    'geometry.ensureSources': [(await fresh()).geometry],
    'storage.upload': { data: new Uint8Array(5_000_000), name: 'other.bin' },
    'storage.loadFromSource': source,
    'storage.uploadMetadata': json,
    'storage.loadMetadata': secret,
    'storage.lockSources': [source],
  }
  return { rig, other, given, size: data.length, secret }
}

describe('the progress of a call', () => {
  test('goes forth alone, and ends with all of it, of every call that has a way to go', async () => {
    const { other, given } = await rigged()
    const names = [...everyCall(other, undefined).keys()]
    expect(names.filter((name) => !atOnce.has(name)).toSorted()).toEqual(Object.keys(given).toSorted())
    for (const [name, first] of Object.entries(given)) {
      const call = everyCall(other, first).get(name)
      if (call === undefined) throw new TypeError(`There is no ${name}.`)
      const { told, result } = await progressOf(call)
      expect([name, result.error]).toEqual([name, undefined])
      const last = told.at(-1)
      expect({ name, told: told.length > 0, left: (last?.total ?? 0) - (last?.done ?? 0) }).toEqual({
        name,
        told: true,
        left: 0,
      })
      const done = told.map((one) => one.done)
      expect([name, done]).toEqual([name, done.toSorted((a, b) => a - b)])
      for (const one of told) expect(one.done).toBeLessThanOrEqual(one.total)
      expect([name, new Set(told.map(({ total }) => total)).size]).toEqual([name, 1])
    }
  })

  test('is of the bytes of a file, and of all sources of a secret', async () => {
    const { rig, other, given, size, secret } = await rigged()
    const last = async (name: string, first: unknown) => {
      const call = everyCall(name.startsWith('storage.upload') ? rig.gantry : other, first).get(name)
      return call === undefined ? undefined : (await progressOf(call)).told.at(-1)
    }
    expect(await last('storage.loadFromSource', given['storage.loadFromSource'])).toEqual({ done: size, total: size })
    const upload = { data: new Uint8Array(20_000_000) }
    expect(await last('storage.upload', upload)).toEqual({ done: 20_000_000, total: 20_000_000 })
    expect(await last('med.loadFromSource', secret)).toEqual({ done: 7, total: 7 })
  })
})
