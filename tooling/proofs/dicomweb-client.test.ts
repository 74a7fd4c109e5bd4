import { randomInt } from 'node:crypto'

import { dicomwebClient as foreignClient } from '@gantry-tooling/foreign'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { collect, createAccessTokens } from '@gantry/core'
import type { RetrievedPart } from '@gantry/dicomweb'
import { dicomwebClient } from '@gantry/dicomweb/node'
import { startFaultProxy } from '@gantry/testkit/fault-proxy'
import { phantom, type PhantomFile, type PhantomOptions } from '@gantry/testkit/phantom'
import { describe, expect, onTestFinished, test } from 'vitest'

import { tokensBefore } from './rig/tokens-before.ts'

const [server] = await orthancServers()

describe.skipIf(server?.unavailable !== undefined)(`DICOMweb of ${server?.title}`, () => {
  if (server === undefined || server.unavailable !== undefined) return

  const store = async (options: PhantomOptions): Promise<PhantomFile[]> => {
    const files: PhantomFile[] = []
    // UIDs of its own: the server is shared.
    for await (const file of phantom({ size: 32, seed: randomInt(2 ** 31), ...options })) files.push(file)
    const client = foreignClient(server)
    for (let at = 0; at < files.length; at += 100) {
      const batch = files.slice(at, at + 100)
      await client.storeInstances({ datasets: batch.map(({ bytes }) => new Uint8Array(bytes).buffer) })
    }
    return files
  }

  test('a series that is cut anywhere is never a shorter series', { timeout: 300_000 }, async () => {
    const files = await store({ slices: 6 })
    const wanted = seriesOf(files)
    const whole = new Set(files.map(({ bytes }) => textOf(bytes)))
    const answer = await fetch(`${server.root}/studies/${wanted.study}/series/${wanted.series}`, {
      headers: {
        accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
        'accept-encoding': 'identity',
      },
    })
    const length = (await answer.arrayBuffer()).byteLength
    const proxy = await startFaultProxy({ target: server.url })
    onTestFinished(async () => await proxy.close())
    const client = dicomwebClient({ root: `${proxy.url}/dicom-web` })

    // Every 64th of it, and about its end, where a lost boundary is all that tells.
    const cuts = Array.from({ length: 64 }, (_, index) => Math.floor((length * index) / 64))
    for (let before = 1; before <= 90; before += 8) cuts.push(length - before)
    const silent: number[] = []
    for (const at of cuts) {
      proxy.set([{ match: { path: /series/u }, fault: { kind: 'truncate', at } }])
      const { got, failed } = await retrieved(client.retrieveSeries(wanted))
      // What was handed over whole before the cut is right.
      expect(got.every((bytes) => whole.has(textOf(bytes)))).toBe(true)
      if (!failed && got.length < files.length) silent.push(at)
    }
    expect(silent).toEqual([])
    expect(proxy.injected).toHaveLength(cuts.length)

    proxy.set([])
    const { got, failed } = await retrieved(client.retrieveSeries(wanted))
    expect({ failed, got: new Set(got.map((bytes) => textOf(bytes))) }).toEqual({ failed: false, got: whole })
  })

  test('more instances than a page holds are all found, each once', { timeout: 600_000 }, async () => {
    const files = await store({ slices: 2_100, size: 8 })
    const { study, series } = seriesOf(files)
    // Counts what passes, and nothing else.
    const proxy = await startFaultProxy({ target: server.url })
    onTestFinished(async () => await proxy.close())
    const client = dicomwebClient({ root: `${proxy.url}/dicom-web`, profile: 'orthanc' })
    onTestFinished(() => client.close())

    const found: string[] = []
    for await (const match of client.searchForInstances({ study, series })) {
      found.push(match['00080018']?.Value?.[0] as string)
    }
    expect(found.toSorted()).toEqual(files.map(({ image }) => image.sopInstanceUID).toSorted())
    expect(proxy.counts.requests).toBeGreaterThanOrEqual(3)
  })

  test('a token that ends amid requests is replaced once, and nothing fails', { timeout: 120_000 }, async () => {
    const files = await store({ slices: 40 })
    const { study, series } = seriesOf(files)
    const guarded = await tokensBefore(server.url, 25)
    const tokens = createAccessTokens({
      fetch: guarded.fetchToken,
      now: Date.now,
      limit: () => AbortSignal.timeout(30_000),
    })
    const client = dicomwebClient({ root: `${guarded.url}/dicom-web`, tokens })
    onTestFinished(() => client.close())

    const queue = files.values()
    const retrieveAll = async () => {
      for (const { image, bytes } of queue) {
        const { body } = await client.retrieveInstance({ study, series, instance: image.sopInstanceUID })
        expect(Buffer.from(await collect(body)).equals(bytes)).toBe(true)
      }
    }
    await Promise.all(Array.from({ length: 8 }, retrieveAll))
    expect(guarded.counts).toMatchObject({ tokens: 2, granted: 40 })
    expect(guarded.counts.refused).toBeGreaterThan(0)
  })
})

function seriesOf([first]: readonly PhantomFile[]): { study: string; series: string } {
  return { study: first?.image.studyInstanceUID ?? '', series: first?.image.seriesInstanceUID ?? '' }
}

async function retrieved(parts: AsyncIterable<RetrievedPart>): Promise<{ got: Uint8Array[]; failed: boolean }> {
  const got: Uint8Array[] = []
  try {
    for await (const { body } of parts) got.push(await collect(body))
    return { got, failed: false }
  } catch {
    return { got, failed: true }
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
