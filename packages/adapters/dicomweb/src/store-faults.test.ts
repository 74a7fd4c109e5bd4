import {
  collect,
  createAccessTokens,
  type FetchFailure,
  isGantryError,
  type Reading,
  Store,
  toCall,
} from '@gantry/core'
import { multipartParts, parseContentType } from '@gantry/http'
import { nodeTransport } from '@gantry/http/node'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { type FaultProxy, startFaultProxy } from '@gantry/testkit/fault-proxy'
import type { PhantomFile } from '@gantry/testkit/phantom'
import { cut } from '@gantry/testkit/bodies'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

import { fetchEntries } from './fetch/fetch-entries.ts'
import { ServiceMeter } from './fetch/service-meter.ts'
import { dicomweb } from './node.ts'
import { openService } from './open-service.ts'
import { fetchOf, fill, pathOfFile } from './testing/orthanc.ts'
import { startTokenGate } from './testing/token-gate.ts'

const servers = await orthancServers()
const server = servers.find(({ unavailable, ...rest }) => unavailable === undefined && !('login' in rest && rest.login))
const title = server?.title ?? servers[0]?.title ?? 'Orthanc'

/** What others take away from an answer is what processors have to do. */
const near = [1, 1, 8] as const

/** More than two pages. */
const several = 2100

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

async function read(given: AsyncIterable<Reading | FetchFailure>) {
  const found = new Map<string, string>()
  const failed = new Map<string, unknown>()
  for await (const one of given) {
    if ('error' in one) {
      failed.set(one.path, one.error)
      continue
    }
    expect(found.has(one.entry.path) || failed.has(one.entry.path)).toBe(false)
    try {
      found.set(one.entry.path, textOf(await collect(one.body)))
    } catch (error) {
      failed.set(one.entry.path, error)
    }
  }
  return { found, failed }
}

describe.skipIf(server === undefined)(`${title}, over a network`, { timeout: 300_000 }, () => {
  if (server?.unavailable !== undefined || server === undefined) return
  let files: PhantomFile[]
  let expected: Map<string, string>
  const open: { close(): unknown }[] = []
  beforeAll(async () => {
    files = await fill(server, { size: 64, slices: 40 })
    expected = new Map(files.map((file) => [pathOfFile(file), textOf(file.bytes)]))
  }, 300_000)
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
  })

  /** Fetches as from a service that has shown how long an instance takes: alone, and with others. */
  function fetchAs(
    proxy: FaultProxy,
    [latency, transfer, together]: readonly [number, number, number],
  ): AsyncIterable<Reading | FetchFailure> {
    const transport = nodeTransport({ environment: {} })
    open.push(transport, proxy)
    const service = openService(transport, { root: `${proxy.url}/dicom-web` })
    const meter = new ServiceMeter(8)
    meter.note({ latency, transfer, beside: 0, opened: false })
    for (let index = 0; index < 4; index += 1) {
      meter.note({ latency: together, transfer: 0, beside: 3, opened: false })
    }
    const ports = { service, meter, wholeSeries: true, totalOf: () => 40, now: () => performance.now() }
    return fetchEntries(
      ports,
      files.map((file) => ({ path: pathOfFile(file) })),
      toCall(),
    )
  }

  test('a series of a service that is near comes in one answer', async () => {
    const proxy = await startFaultProxy({ target: server.url })
    const { found } = await read(fetchAs(proxy, near))
    expect(found).toEqual(expected)
    expect(proxy.counts.requests).toBe(1)
  })

  test.each([0, 100, 4000, 9000, 100_000, 300_000])(
    'an answer that is cut off behind %i bytes costs one instance at most, and only what is missing is asked for again',
    async (at) => {
      const proxy = await startFaultProxy({
        target: server.url,
        schedule: [{ times: 1, fault: { kind: 'truncate', at } }],
      })
      const { found, failed } = await read(fetchAs(proxy, near))
      expect(found.size + failed.size).toBe(40)
      expect(failed.size).toBeLessThanOrEqual(1)
      for (const [path, text] of found) expect(text).toBe(expected.get(path))
      for (const error of failed.values()) expect(error).toMatchObject({ code: 'unavailable', retryable: true })
      // One for the series, and one for each that it did not bring.
      const whole = Math.floor(at / (files[0]?.bytes.length ?? 1))
      expect(proxy.counts.requests).toBeLessThanOrEqual(1 + 40 - Math.min(40, whole) + 1)
    },
  )

  test('a service that refuses a whole series, or some of the requests, is asked otherwise', async () => {
    const proxy = await startFaultProxy({
      target: server.url,
      schedule: [{ times: 4, fault: { kind: 'answer', status: 503, retryAfter: 0 } }],
    })
    const { found, failed } = await read(fetchAs(proxy, near))
    expect(failed).toEqual(new Map())
    expect(found).toEqual(expected)
  })

  test('a series of a service that is far comes by many requests side by side', async () => {
    const proxy = await startFaultProxy({ target: server.url, link: { latency: 20 } })
    const { found } = await read(fetchAs(proxy, [40, 40, 80]))
    expect(found).toEqual(expected)
    expect(proxy.counts.requests).toBe(40)
    // More than one for each that was asked for at once are never needed.
    expect(proxy.counts.connections).toBeLessThanOrEqual(40)
  })

  test('a token that ends in the middle is replaced once, and no instance fails', async () => {
    const gate = await startTokenGate(server.url, 15)
    let fetches = 0
    const fetchToken = async () => ({ token: `t${(fetches += 1)}`, expires: Date.now() + 3_600_000 })
    const driver = dicomweb({
      root: `${gate.url}/dicom-web`,
      tokens: createAccessTokens({ fetch: fetchToken, now: Date.now, limit: () => AbortSignal.timeout(30_000) }),
    })
    const store = new Store(driver)
    open.push(store, gate)
    const given = fetchOf(driver, [...expected.keys()])
    const { found, failed } = await read(given)
    expect(failed).toEqual(new Map())
    expect(found).toEqual(expected)
    expect(fetches).toBe(2)
    expect(gate.state.refused).toBeGreaterThan(0)
  })

  test('a real answer that is cut off anywhere is never taken for a whole one', async () => {
    const { studyInstanceUID, seriesInstanceUID } = (files[0] as PhantomFile).image
    const response = await fetch(`${server.root}/studies/${studyInstanceUID}/series/${seriesInstanceUID}`, {
      headers: {
        accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
        'accept-encoding': 'identity',
      },
    })
    const boundary = parseContentType(response.headers.get('content-type') ?? '').parameters.get('boundary') ?? ''
    const bytes = Buffer.from(await response.arrayBuffer())
    const count = async (length: number, at: readonly number[] = []) => {
      let parts = 0
      for await (const { body } of multipartParts(chunked(bytes.subarray(0, length), at), boundary)) {
        await collect(body)
        parts += 1
      }
      return parts
    }
    expect(await count(bytes.length, [1, 100, 5000])).toBe(40)
    const end = bytes.lastIndexOf(`--${boundary}--`) + boundary.length + 4
    const lengths = new Set(Array.from({ length: 64 }, (_, index) => Math.floor((bytes.length * index) / 64)))
    const marks = [
      0,
      bytes.indexOf(`--${boundary}`, 100),
      bytes.indexOf(`--${boundary}`, 100_000),
      end - boundary.length,
    ]
    for (const mark of marks) {
      for (let length = mark - 20; length < mark + 250; length += 1) lengths.add(length)
    }
    for (const length of lengths) {
      if (length < 0 || length >= end) continue
      const error: unknown = await count(length).catch((thrown: unknown) => thrown)
      if (!isGantryError(error)) throw new Error(`Cut at ${length}, and nobody noticed.`)
      expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    }
  })

  test(`${several} instances are listed and fetched, where a page has 1,000`, { timeout: 900_000 }, async () => {
    const many = await fill(server, { size: 8, slices: several })
    const driver = dicomweb({ root: server.root })
    const store = new Store(driver)
    open.push(store)
    const paths: string[] = []
    for await (const { path } of store.list({ studies: [many[0]?.image.studyInstanceUID ?? ''] })) paths.push(path)
    expect(new Set(paths).size).toBe(several)
    const given = fetchOf(driver, paths)
    const { found, failed } = await read(given)
    expect(failed).toEqual(new Map())
    expect(found).toEqual(new Map(many.map((file) => [pathOfFile(file), textOf(file.bytes)])))
  })
})

async function* chunked(bytes: Uint8Array, at: readonly number[]) {
  yield* cut(bytes, at)
}
