import { bytesOf, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { binaryStl } from '../testing/formats/mesh-samples.ts'
import { bytesOfFile, GantryRig, loadWorkspace, stlInput, valueOf } from '../testing/gantry-rig.ts'

const elsewhere = () => new Store(memory(), { url: 'memory://elsewhere' })

test('what another store has sealed is sent to the own one, and cannot be shared before', async () => {
  const rig = new GantryRig()
  const { workspace } = await loadWorkspace(rig.gantry)
  valueOf(await rig.gantry.workspace.ensureSources(workspace))
  const json = valueOf(await rig.gantry.workspace.serialize(workspace))
  const { secret } = valueOf(await rig.gantry.storage.uploadMetadata(json))

  const store = elsewhere()
  const other = rig.another({ store, openStore: async () => rig.store })
  expect((await other.storage.uploadMetadata(json)).error?.code).toBe('precondition_failed')
  const [restored] = valueOf(await other.workspace.loadFromSerialization(json))
  if (restored === undefined) throw new TypeError('Nothing was restored.')
  const ensured = valueOf(await other.workspace.ensureSources(restored))
  expect(ensured.map(({ uploaded }) => uploaded)).toEqual([true, true])
  const again = valueOf(await other.workspace.serialize(restored))
  const passed = valueOf(await other.storage.uploadMetadata(again))
  valueOf(await rig.gantry.shares.revoke(secret))
  for await (const { path } of rig.store.list()) await rig.store.remove(path)

  const reader = rig.another({ store })
  const opened = valueOf(await reader.storage.loadMetadata(passed.secret))
  const [seen] = valueOf(await reader.workspace.loadFromSerialization(opened))
  expect(await bytesOfFile(seen?.geometries[0]?.files[0]?.input)).toEqual(await bytesOfFile(stlInput()))
})

test('what nobody here can open is told, and not taken for done', async () => {
  const rig = new GantryRig()
  const { workspace } = await loadWorkspace(rig.gantry)
  valueOf(await rig.gantry.workspace.ensureSources(workspace))
  const json = valueOf(await rig.gantry.workspace.serialize(workspace))
  const other = rig.another({ store: elsewhere() })
  const [restored] = valueOf(await other.workspace.loadFromSerialization(json))
  const ensured = await other.workspace.ensureSources(restored?.id ?? '')
  expect(ensured).toMatchObject({ error: { code: 'unsupported' }, partial: [] })
})

test('plain files stay where others find them; those of this machine are sent', async () => {
  const rig = new GantryRig()
  const bytes = binaryStl(2)
  const { geometry, workspace } = await loadWorkspace(rig.gantry)
  valueOf(await rig.gantry.workspace.ensureSources(workspace))
  const [sealed] = geometry.source?.kind === 'entries' ? geometry.source.entries : []
  if (sealed === undefined) throw new TypeError('There is no source.')
  const { nonce: _, ...entry } = { ...sealed, path: 'skull.stl' }
  const files = new Store(memory())
  await files.write({ path: entry.path, size: bytes.length }, bytesOf(bytes))
  const other = rig.another({ openStore: async () => files })
  const ensure = async (store: string) => {
    const source = { kind: 'entries', store, entries: [entry] }
    const [one] = valueOf(await other.geometry.loadFromSerialization([{ id: store, source }]))
    const [ensured] = valueOf(await other.geometry.ensureSources(one === undefined ? [] : [one]))
    return { uploaded: ensured?.uploaded, store: ensured?.source.kind === 'entries' ? ensured.source.store : '' }
  }
  expect(await ensure('https://files.example/a')).toEqual({ uploaded: false, store: 'https://files.example/a' })
  expect(await ensure('file:.')).toEqual({ uploaded: true, store: rig.store.url })
})
