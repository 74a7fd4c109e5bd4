import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

import { collect, type Shape, Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { openHub } from '@gantry/hub/node'
import { bytesInput, type Gantry } from '@gantry/share'
import { phantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { makeStl } from './journey/study.ts'
import { HubProcess } from './rig/hub-process.ts'
import { nodeGantry, valueOf } from './rig/node-gantry.ts'

const labels = randomBytes(5000)
const shape = (id: string): Shape => ({ id, kind: 'point', points: [[1, 2, 3]] })

async function study(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>([['mesh.stl', makeStl()]])
  for await (const { path, bytes } of phantom({ size: 32, slices: 4 })) files.set(path, bytes)
  return files
}

async function load(gantry: Gantry, files: ReadonlyMap<string, Uint8Array>) {
  const inputs = [...files].map(([name, bytes]) => bytesInput(name, bytes))
  const volumes = valueOf(await gantry.med.loadFromFiles(inputs))
  const geometries = valueOf(await gantry.geometry.loadFromFiles(inputs))
  const { source } = valueOf(await gantry.storage.upload({ data: labels, name: 'labels.nii' }))
  const segmentations = [{ id: 'labels', source, segments: [] }]
  return valueOf(await gantry.workspace.create(volumes, { geometries, segmentations, shapes: [shape('alice')] }))
}

/** A secret of a workspace, its images sent where they are missing. */
async function share(gantry: Gantry, workspace: Awaited<ReturnType<typeof load>>) {
  const ensured = valueOf(await gantry.workspace.ensureSources(workspace))
  const json = valueOf(await gantry.workspace.serialize(workspace))
  const { secret } = valueOf(await gantry.storage.uploadMetadata(json))
  return { secret, json, ensured }
}

async function open(gantry: Gantry, secret: string) {
  const json = valueOf(await gantry.storage.loadMetadata(secret))
  const [workspace] = valueOf(await gantry.workspace.loadFromSerialization(json))
  if (workspace === undefined) throw new TypeError('There is no workspace.')
  return { json, workspace }
}

/** As who has the link and nothing else. */
async function expectWhole(secret: string, files: ReadonlyMap<string, Uint8Array>, shapes: readonly string[]) {
  const carol = nodeGantry()
  const { json, workspace } = await open(carol, secret)
  expect(workspace.state.shapes.map(({ id }) => id)).toEqual(shapes)
  const store = valueOf(await carol.workspace.openFiles(json))
  const found = new Map<string, Buffer>()
  for await (const { path } of store.list()) {
    found.set(path, Buffer.from(await collect((await store.read(path)).body)))
  }
  const all = new Map(
    [...files, ['labels.nii', labels]].map(([name, bytes]) => [name, Buffer.from(bytes as Uint8Array)]),
  )
  expect(found).toEqual(all)
}

/** What goes after a day has gone. */
async function dayAfter({ settings: { folder, issuer } }: HubProcess): Promise<number> {
  const keeper = new Store(fs({ root: join(folder, 'keeper') }))
  const later = () => Date.now() + 26 * 3_600_000
  const hub = await openHub({ folder: join(folder, 'hub'), keeper, issuer, clock: later })
  try {
    return (await hub.sweep()).objects
  } finally {
    await hub.close()
  }
}

describe('what was received is passed on', { timeout: 60_000 }, () => {
  test.each(['another hub', 'the same hub'])('at %s, by another account, with what was added', async (where) => {
    const one = await HubProcess.start()
    const two = where === 'the same hub' ? one : await HubProcess.start()
    const alice = nodeGantry({ key: await one.account('alice') })
    const bob = nodeGantry({ key: await two.account('bob') })
    const files = await study()
    const first = await share(alice, await load(alice, files))

    const { json, workspace } = await open(bob, first.secret)
    expect((await bob.storage.uploadMetadata(json)).error?.code).toBe('precondition_failed')
    workspace.add(shape('bob'))
    const passed = await share(bob, workspace)
    expect(passed.ensured.map(({ type, uploaded }) => [type, uploaded])).toEqual([
      ['med', true],
      ['geometry', true],
      ['segmentation', true],
    ])
    const again = valueOf(await bob.workspace.ensureSources(workspace))
    expect(again.map(({ uploaded }) => uploaded)).toEqual([false, false, false])

    // It does not hang on the share that it came from.
    valueOf(await alice.shares.revoke(first.secret))
    await expectWhole(passed.secret, files, ['alice', 'bob'])
  })

  test('by its own account, nothing is sent again', async () => {
    const hub = await HubProcess.start()
    const key = await hub.account('alice')
    const files = await study()
    const alice = nodeGantry({ key })
    const first = await share(alice, await load(alice, files))
    const other = nodeGantry({ key })
    const used = await hub.used()
    const { workspace } = await open(other, first.secret)
    const ensured = valueOf(await other.workspace.ensureSources(workspace))
    expect(ensured.map(({ uploaded, bytes }) => [uploaded, bytes])).toEqual(ensured.map(() => [false, 0]))
    expect(await hub.used()).toBe(used)
    expect(valueOf(await other.workspace.serialize(workspace))).toEqual(first.json)
  })

  test('of a share that was revoked nothing can be: the error says why', async () => {
    const hub = await HubProcess.start()
    const alice = nodeGantry({ key: await hub.account('alice') })
    const bob = nodeGantry({ key: await hub.account('bob') })
    const first = await share(alice, await load(alice, await study()))
    const { workspace } = await open(bob, first.secret)
    valueOf(await alice.shares.revoke(first.secret))
    const { error } = await bob.workspace.ensureSources(workspace)
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('was revoked') })
  })
})

describe('what has expired', { timeout: 60_000 }, () => {
  test('is sent again, as what it was', async () => {
    const hub = await HubProcess.start()
    const alice = nodeGantry({ key: await hub.account('alice') })
    const files = await study()
    const workspace = await load(alice, files)
    const first = valueOf(await alice.workspace.ensureSources(workspace))
    expect(await dayAfter(hub)).toBe(6)
    const json = valueOf(await alice.workspace.serialize(workspace))
    expect((await alice.storage.uploadMetadata(json)).error?.code).toBe('precondition_failed')
    // What was uploaded without files at hand is gone for good.
    const { error, partial } = await alice.workspace.ensureSources(workspace)
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('load the files again') })
    expect(partial?.map(({ type, uploaded }) => [type, uploaded])).toEqual([
      ['med', true],
      ['geometry', true],
    ])
    expect(partial?.map(({ source }) => source)).toEqual(first.slice(0, 2).map(({ source }) => source))
    workspace.update({ segmentations: (await load(alice, files)).state.segmentations })
    const { secret } = await share(alice, workspace)
    await expectWhole(secret, files, ['alice'])
    expect(await dayAfter(hub)).toBe(0)
  })
})
