import { join } from 'node:path'

import { freePort } from '@gantry-tooling/servers'
import { bytesInput } from '@gantry/share'
import { startFaultProxy } from '@gantry/testkit/fault-proxy'
import { phantom } from '@gantry/testkit/phantom'
import { expect, onTestFinished, test } from 'vitest'

import { makeStl } from './journey/study.ts'
import { HubProcess } from './rig/hub-process.ts'
import { nodeGantry, valueOf } from './rig/node-gantry.ts'
import { temporaryFolder } from './rig/temporary-folder.ts'

async function seriesOf(seed: number): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for await (const { path, bytes } of phantom({ size: 128, slices: 6, seed })) files.set(`${seed}/${path}`, bytes)
  return files
}

const sizeOf = (files: Iterable<Uint8Array>) => [...files].reduce((sum, { length }) => sum + length, 0)

test('what the hub has is not sent again; what differs is all that is sent', { timeout: 60_000 }, async () => {
  const port = await freePort()
  const proxy = await startFaultProxy({ target: `http://127.0.0.1:${port}` })
  onTestFinished(async () => await proxy.close())
  const hub = await HubProcess.start({ port, issuer: proxy.url })
  const key = await hub.account('owner')
  const catalogue = join(temporaryFolder(), 'catalogue')
  const [first, second, third] = [await seriesOf(1), await seriesOf(2), await seriesOf(3)]
  const stl = makeStl()

  /** As another process would: nothing is left but the catalogue. Answers what was sent and what the hub then has more. */
  const ensure = async (series: readonly ReadonlyMap<string, Uint8Array>[], rename = (name: string) => name) => {
    const gantry = nodeGantry({ key, catalogue })
    const files = new Map([...series.flatMap((one) => [...one]), ['mesh.stl', stl] as const])
    const inputs = [...files].map(([name, bytes]) => bytesInput(rename(name), bytes))
    const volumes = valueOf(await gantry.med.loadFromFiles(inputs))
    const geometries = valueOf(await gantry.geometry.loadFromFiles(inputs))
    expect([volumes.length, geometries.length]).toEqual([series.length, 1])
    const workspace = valueOf(await gantry.workspace.create(volumes, { geometries }))
    const before = { used: await hub.used(), requests: (await hub.requests()).length, up: proxy.counts.bytesUp }
    const sources = valueOf(await gantry.workspace.ensureSources(workspace))
    const requests = (await hub.requests()).slice(before.requests)
    const again = valueOf(await gantry.workspace.ensureSources(workspace))
    expect(again.map(({ bytes, uploaded }) => [bytes, uploaded])).toEqual(again.map(() => [0, false]))
    return {
      told: sources.reduce((sum, { bytes }) => sum + bytes, 0),
      uploaded: sources.map(({ uploaded }) => uploaded),
      written: requests.filter(({ method, route }) => method === 'PUT' && route !== '/token'),
      kept: (await hub.used()) - before.used,
      up: proxy.counts.bytesUp - before.up,
    }
  }
  // Of 33 KB each: header, nonce, and a tag.
  const overhead = (count: number, bytes: number) => ({ least: bytes + count * 32, most: bytes + count * 400 })
  const plain = sizeOf(first.values()) + sizeOf(second.values()) + stl.length

  const one = await ensure([first, second])
  expect(one).toMatchObject({ told: plain, uploaded: [true, true, true] })
  expect(one.kept).toBeGreaterThan(overhead(13, plain).least)
  expect(one.kept).toBeLessThan(overhead(13, plain).most)
  expect(one.written.reduce((sum, { received }) => sum + received, 0)).toBe(one.kept)

  const same = await ensure([first, second])
  expect(same).toMatchObject({ told: 0, uploaded: [false, false, false], written: [], kept: 0 })
  // Questions, and no bytes of the study.
  expect(same.up).toBeLessThan(30_000)
  expect(await ensure([second, first], (name) => `renamed/${name}`)).toMatchObject({ told: 0, written: [], kept: 0 })

  const other = sizeOf(third.values())
  const differing = await ensure([first, third])
  expect(differing).toMatchObject({ told: other, uploaded: [false, true, false] })
  expect(differing.kept).toBeGreaterThan(overhead(6, other).least)
  expect(differing.kept).toBeLessThan(overhead(6, other).most)
  expect(differing.written.reduce((sum, { received }) => sum + received, 0)).toBe(differing.kept)
})
