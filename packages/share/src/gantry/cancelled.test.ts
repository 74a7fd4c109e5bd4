import { expect, test } from 'vitest'

import { everyCall } from '../testing/every-call.ts'
import { dicomInputs, GantryRig, loadWorkspace, valueOf } from '../testing/gantry-rig.ts'

test('every call with an aborted signal is cancelled, and does nothing', async () => {
  const rig = new GantryRig()
  const { workspace, volumes } = await loadWorkspace(rig.gantry)
  const signal = AbortSignal.abort(new Error('Enough.'))
  for (const given of [[workspace], await dicomInputs(), volumes, 'token']) {
    for (const [name, call] of everyCall(rig.gantry, given)) {
      expect([name, (await call({ signal })).error?.code]).toEqual([name, 'cancelled'])
    }
  }
  expect(await rig.paths('')).toEqual([])
  expect(valueOf(await rig.gantry.med.getAll())).toEqual(volumes)
  expect(valueOf(await rig.gantry.workspace.getAll())).toEqual([workspace])
  expect(valueOf(await rig.gantry.auth.hasAccessToken())).toBe(false)
  expect(volumes[0]?.source).toBeUndefined()
})

test('a share that is stopped while it is made leaves nothing', async () => {
  const rig = new GantryRig()
  for (const part of ['objects/', 'shares/']) {
    const controller = new AbortController()
    rig.spy.onChunk = (path) => {
      if (path.startsWith(part)) controller.abort()
    }
    const { error } = await rig.gantry.storage.uploadMetadata({ title: 'x' }, { signal: controller.signal })
    expect(error?.code).toBe('cancelled')
    expect(await rig.paths('')).toEqual([])
  }
})

test('a load that is stopped in the middle knows no volumes', async () => {
  const rig = new GantryRig()
  const controller = new AbortController()
  const onProgress = ({ done }: { done: number }) => (done > 2 ? controller.abort() : undefined)
  const loaded = await rig.gantry.med.loadFromFiles(await dicomInputs({ slices: 20 }), {
    signal: controller.signal,
    onProgress,
  })
  expect(loaded.error?.code).toBe('cancelled')
  expect(valueOf(await rig.gantry.med.getAll())).toEqual([])
})

test('loadFromSerialization that is stopped in the middle knows no workspaces', async () => {
  const rig = new GantryRig()
  const { workspace } = await loadWorkspace(rig.gantry)
  valueOf(await rig.gantry.workspace.ensureSources(workspace))
  const [json] = valueOf(await rig.gantry.workspace.serialize(workspace))
  const controller = new AbortController()
  const gantry = rig.another()
  const settings = { signal: controller.signal, onProgress: () => controller.abort() }
  const loaded = await gantry.workspace.loadFromSerialization([json, { ...json, id: 'two' }], settings)
  expect(loaded.error?.code).toBe('cancelled')
  expect(valueOf(await gantry.workspace.getAll())).toEqual([])
})
