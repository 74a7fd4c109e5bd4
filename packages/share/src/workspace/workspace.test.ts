import { expect, test } from 'vitest'

import { GantryRig, loadWorkspace, valueOf } from '../testing/gantry-rig.ts'

const point = (id: string) => ({ id, kind: 'point', points: [[0, 0, 0]] }) as const

async function open() {
  const { workspace, geometry, volumes } = await loadWorkspace(new GantryRig().gantry)
  const told: string[] = []
  const stop = workspace.onChange((changed) => told.push(changed.join(' ')))
  return { workspace, geometry, volumes, told, stop }
}

test('what changes is told, until nobody listens', async () => {
  const { workspace, geometry, told, stop } = await open()
  workspace.update({ title: 'Another', tags: { a: 'b' } })
  workspace.add({ ...point('new'), points: [[0, 0, 0]] })
  workspace.remove(geometry)
  workspace.remove(geometry)
  workspace.add(geometry)
  workspace.add(geometry)
  stop()
  workspace.remove({ id: 'new' })
  expect(told).toEqual(['title tags', 'shapes', 'geometries', 'geometries'])
  expect(workspace.state.title).toBe('Another')
  expect(workspace.geometries).toEqual([geometry])
})

test('a shape of the same id replaces the one before', async () => {
  const { workspace } = await open()
  workspace.add({ ...point('shape'), points: [[9, 9, 9]] })
  expect(workspace.state.shapes).toEqual([{ ...point('shape'), points: [[9, 9, 9]] }])
  workspace.remove({ id: 'shape' })
  expect(workspace.state.shapes).toEqual([])
})

test.each([
  { id: 'x', kind: 'nonsense' },
  { ...point('x'), kind: 'nonsense' },
  { ...point('x'), points: 1 },
  {},
  null,
  'x',
])('what is no shape is refused, and changes nothing: %j', async (shape) => {
  const { workspace, told } = await open()
  expect(() => workspace.add(shape as never)).toThrow(expect.objectContaining({ code: 'invalid' }))
  expect(told).toEqual([])
})

test('volumes by handle; what a workspace is cannot be changed by its state', async () => {
  const { workspace, volumes, told } = await open()
  const [volume] = volumes
  if (volume === undefined) throw new TypeError('Nothing was loaded.')
  workspace.remove(volume)
  expect(workspace.volumes).toEqual([])
  workspace.add(volume)
  volume.update({ opacity: 0.5 })
  workspace.update({ id: 'other', version: 7, volumes: [], type: 'x' })
  const json = workspace.serialize(() => null)
  expect(json).toMatchObject({ id: workspace.id, version: 1, type: 'workspace', volumes: [{ opacity: 0.5 }] })
  expect(told).toEqual(['volumes', 'volumes'])
})

test('the state that is made wrong is refused when it is to be serialized', async () => {
  const { gantry } = new GantryRig()
  const { workspace } = await loadWorkspace(gantry)
  valueOf(await gantry.workspace.ensureSources(workspace))
  workspace.update({ shapes: [{ id: 'x', kind: 'line', points: [] }] })
  expect((await gantry.workspace.serialize(workspace)).error?.code).toBe('invalid')
})
