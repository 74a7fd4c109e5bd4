import { DatabaseSync } from 'node:sqlite'

import { Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { expect, test } from 'vitest'

import { openRig } from './testing/rig.ts'

/** A hub that tells which blobs its keeper was asked to remove, and fails at it while `broken`. */
async function openTold() {
  const contents = new MemoryContents()
  const driver = memory({ contents })
  const state = { removed: [] as string[], broken: false }
  const remove = driver.remove?.bind(driver)
  driver.remove = async (path, call) => {
    if (state.broken) throw new Error('The disk is gone.')
    state.removed.push(path)
    await remove?.(path, call)
  }
  const rig = await openRig({ keeper: new Store(driver) })
  const token = await rig.token('writer')
  const send = async (method: string, path: string) =>
    await rig.send(method, `/v1/objects/${path}`, { token, ...(method === 'PUT' && { body: path }) })
  return { rig, contents, state, send }
}

test('what was removed at once is not removed again by the sweep', async () => {
  const { rig, state, send } = await openTold()
  for (const method of ['PUT', 'PUT', 'DELETE']) await send(method, 'x')
  expect(state.removed).toHaveLength(2)
  await rig.hub.sweep()
  expect(state.removed).toHaveLength(2)
})

test('what could not be removed is, by one sweep, however much it is', async () => {
  const { rig, contents, state, send } = await openTold()
  for (let index = 0; index < 5; index += 1) await send('PUT', `x${index}`)
  state.broken = true
  for (let index = 0; index < 5; index += 1) await send('DELETE', `x${index}`)
  expect(contents.entries.size).toBe(5)
  // Names of blobs that are gone since long, more than a batch of them.
  const database = new DatabaseSync(`${rig.folder}/hub.sqlite`)
  const row = database.prepare('INSERT INTO garbage (blob) VALUES (?)')
  for (let index = 0; index < 450; index += 1) row.run(index.toString(16).padStart(32, '0'))
  await rig.hub.sweep()
  state.broken = false
  await rig.hub.sweep()
  expect(contents.entries.size).toBe(0)
  const left = database.prepare('SELECT count(*) AS rows FROM garbage')
  await expect.poll(() => left.get()).toEqual({ rows: 0 })
  database.close()
})
