import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type GantryError, type ParcelOutcome, toCall } from '@gantry/core'
import { startFaultProxy } from '@gantry/testkit/fault-proxy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { removeResource } from '../remove/remove-resource.ts'
import type { Service } from '../service.ts'
import {
  attempt,
  bodyOf,
  instances,
  parcelOf,
  sendAll,
  sendInTurns,
  type TestInstance,
  transports,
} from '../testing/instances.ts'
import { StowService } from '../testing/stow-service.ts'
import { InstanceStore } from './instance-store.ts'

let stow: StowService
let service: Service | undefined
beforeEach(async () => {
  stow = await StowService.start()
})
afterEach(async () => {
  service?.close()
  await stow.close()
})

const call = toCall()
const all = await instances(6, 71)
const [first, second, third] = all as [TestInstance, TestInstance, TestInstance]

function summary(outcomes: readonly ParcelOutcome[]): (string | undefined)[] {
  return outcomes.map((outcome) => ('error' in outcome ? (outcome.error as GantryError).code : 'stored'))
}

async function failure(promise: Promise<unknown>): Promise<GantryError> {
  return await promise.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: unknown) => error as GantryError,
  )
}

function posts() {
  return stow.requests.filter(({ method }) => method === 'POST')
}

describe.each(transports)('over %s', (_name, open) => {
  function store(root = stow.url, profile: 'azure' | 'generic' = 'azure'): InstanceStore {
    service = open({ root, profile })
    return new InstanceStore(service)
  }

  const parcel = async (of: readonly TestInstance[], to = store()) => await sendAll(to.begin(parcelOf(of)), of)

  test('a parcel is one request, and all of it arrives', async () => {
    expect(summary(await parcel(all))).toEqual(all.map(() => 'stored'))
    expect(posts()).toHaveLength(1)
    for (const { uid, bytes } of all) expect(Buffer.from(stow.kept.get(uid) ?? []).equals(bytes)).toBe(true)
  })

  test('outcomes are of each by itself', async () => {
    stow.habits = { refuses: new Map([[second.uid, 0x0122]]) }
    const outcomes = await parcel(all)
    expect(summary(outcomes)).toEqual(['stored', 'unsupported', 'stored', 'stored', 'stored', 'stored'])
    expect(outcomes.map(({ path }) => path)).toEqual(all.map(({ entry }) => entry.path))
  })

  test('what the service says that it altered is stored only if it is the same', async () => {
    stow.habits = {
      warns: new Map([
        [first.uid, { reason: 0xb006, alters: true }],
        [second.uid, { reason: 0xb000, alters: false }],
        [third.uid, { reason: 0xb007, alters: true }],
      ]),
    }
    const outcomes = await parcel([first, second, third])
    expect(summary(outcomes)).toEqual(['integrity', 'stored', 'stored'])
    // Sent again, it would be altered again.
    expect(outcomes[0]).toMatchObject({ error: { retryable: false, message: expect.stringContaining('B006h') } })
    expect(stow.requests.filter(({ method }) => method === 'GET')).toHaveLength(2)
  })

  test('of what nobody may look at, each is told by itself that it was sent', async () => {
    stow.habits = { writeOnly: true, warns: new Map([[first.uid, { reason: 0xb000, alters: false }]]) }
    const outcomes = await parcel([first, second])
    expect(summary(outcomes)).toEqual(['integrity', 'stored'])
    const sent = { retryable: false, message: expect.stringContaining('may not be looked at') as string }
    expect(outcomes[0]).toMatchObject({ error: sent })
    stow.habits = { writeOnly: true, silent: true }
    const untold = await parcel([third])
    expect(summary(untold)).toEqual(['integrity'])
    expect(untold[0]).toMatchObject({ error: sent })
    stow.habits = { writeOnly: true }
    expect(summary(await parcel([second]))).toEqual(['already_exists'])
  })

  test('a failure that names no instance is that of the one that is not named', async () => {
    stow.habits = { namesNone: true, refuses: new Map([[second.uid, 0xc000]]) }
    const outcomes = await parcel([first, second, third])
    expect(summary(outcomes)).toEqual(['stored', 'invalid', 'stored'])
    expect(outcomes[1]).toMatchObject({ error: { message: expect.stringContaining('C000h') } })
    // Which is which, nobody says.
    stow.habits = {
      namesNone: true,
      refuses: new Map([
        [second.uid, 0xc000],
        [third.uid, 0xa700],
      ]),
    }
    expect(summary(await parcel([second, third]))).toEqual(['unavailable', 'stored'])
  })

  test('what is told in texts, padded or as null is understood', async () => {
    stow.habits = { sloppy: true, warns: new Map([[first.uid, { reason: 0xb000, alters: true }]]) }
    expect(summary(await parcel([first, second]))).toEqual(['integrity', 'stored'])
    expect(stow.requests.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })

  test('what is told in XML alone is understood, of a service of no known kind', async () => {
    stow.habits = {
      tells: 'xml',
      refuses: new Map([[second.uid, 0x0122]]),
      warns: new Map([[third.uid, { reason: 0xb000, alters: true }]]),
    }
    const foreign = () => store(undefined, 'generic')
    expect(summary(await parcel([first, second, third], foreign()))).toEqual(['stored', 'unsupported', 'integrity'])
    // Nothing is asked of what it told, but for what it altered.
    expect(stow.requests.filter(({ method }) => method === 'GET')).toHaveLength(1)
    stow.habits = { tells: 'xml', refuses: new Map(all.map(({ uid }) => [uid, 0x0124])) }
    expect(summary(await parcel(all, foreign()))).toEqual(all.map(() => 'permission_denied'))
  })

  test('a page in place of what became of them is not believed, whatever its status: what is kept is read', async () => {
    stow.habits = { tells: 'page', refuses: new Map([[second.uid, 0x0122]]) }
    expect(summary(await parcel([first, second]))).toEqual(['stored', 'unavailable'])
    stow.habits = { tells: 'page', refuses: new Map(all.map(({ uid }) => [uid, 0x0122])) }
    expect(summary(await parcel([second, third]))).toEqual(['unavailable', 'unavailable'])
  })

  test('what all failed is told the same', async () => {
    stow.habits = { refuses: new Map(all.map(({ uid }) => [uid, 0xa700])) }
    expect(summary(await parcel(all))).toEqual(all.map(() => 'unavailable'))
  })

  test('what was there already is stored, if it is the same', async () => {
    stow.kept.set(first.uid, Uint8Array.from(first.bytes).fill(7, 0, 128))
    const other = Uint8Array.from(second.bytes)
    other.set([1], other.length - 9)
    stow.kept.set(second.uid, other)
    expect(summary(await parcel([first, second, third]))).toEqual(['stored', 'already_exists', 'stored'])
  })

  test('an answer that tells nothing is not believed: what is kept is read', async () => {
    stow.habits = { silent: true }
    expect(summary(await parcel([first, second]))).toEqual(['stored', 'stored'])
    expect(stow.requests.filter(({ method }) => method === 'GET')).toHaveLength(2)
  })

  test('a lost answer is looked for before anything is sent again', async () => {
    const proxy = await startFaultProxy({ target: stow.url.replace(/\/rs$/u, '') })
    proxy.set([{ match: { method: 'POST' }, fault: { kind: 'lose-answer' } }])
    expect(summary(await parcel(all, store(`${proxy.url}/rs`)))).toEqual(all.map(() => 'stored'))
    expect(posts()).toHaveLength(1)
    await proxy.close()
  })

  test('of a request that broke off in its middle, what arrived is told', async () => {
    const proxy = await startFaultProxy({ target: stow.url.replace(/\/rs$/u, '') })
    stow.habits = { hangsUpAfter: 2 }
    // Whether that is noticed while more is added, or at the end, is a matter of time: nothing is lost either way.
    const outcomes = await attempt(store(`${proxy.url}/rs`), all)
    const failed = [...outcomes.values()].filter((error) => error !== undefined)
    expect(failed.length).toBeGreaterThanOrEqual(all.length - 2)
    expect(failed.every(({ code, retryable }) => code === 'unavailable' && retryable)).toBe(true)
    await proxy.close()
  })

  test('an instance that spoils a request for others is found, and fails alone', async () => {
    stow.habits = { chokesOn: third.uid }
    expect(await sendInTurns(store(), all)).toEqual({ refused: [third.entry.path], left: 0 })
    expect(stow.kept.size).toBe(all.length - 1)
  })

  test('a service that wants to know lengths gets them', async () => {
    stow.habits = { wantsLength: true }
    expect(await sendInTurns(store(), all)).toEqual({ refused: [], left: 0 })
    expect(posts().filter(({ length }) => length === undefined).length).toBeLessThan(2)
    expect(stow.kept.size).toBe(all.length)
  })

  test.each([401, 403])('a request that is refused early (%i) says so', async (status) => {
    stow.habits = { refusesEarly: status }
    const outcomes = await attempt(store(), [first, second])
    const code = status === 401 ? 'unauthenticated' : 'permission_denied'
    for (const error of outcomes.values()) expect(error).toMatchObject({ code, retryable: false })
  })

  test('a request that is refused in the middle of a body says why', async () => {
    const server = createServer((request, response) => {
      request.once('data', () => response.writeHead(403, { connection: 'close' }).end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const entry = { path: first.entry.path, image: first.entry.image }
      const writer = store(`http://127.0.0.1:${port}/rs`).begin({ entries: [entry], save: async () => {} })
      const body = (async function* () {
        for (let left = 256; left > 0; left -= 1) yield new Uint8Array(65_536)
      })()
      const outcome = writer.add(entry, body, call).then(async () => await writer.commit(call))
      const error = await outcome.then(
        ([only]) => (only as { error?: unknown } | undefined)?.error,
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({ code: 'permission_denied', retryable: false })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test('one instance is written with its length', async () => {
    const entry = await store().write(first.entry, bodyOf(first), call)
    expect(entry.path).toBe(first.entry.path)
    expect(posts()[0]?.length).toBeDefined()
    expect(Buffer.from(stow.kept.get(first.uid) ?? []).equals(first.bytes)).toBe(true)
    stow.habits = { refuses: new Map([[second.uid, 43_264]]) }
    expect((await failure(store().write(second.entry, bodyOf(second), call))).code).toBe('invalid')
  })

  test('a body that fails stores nothing of the parcel', async () => {
    const to = store()
    const writer = to.begin(parcelOf(all))
    await writer.add(first.entry, bodyOf(first), call)
    const failing = (async function* () {
      yield second.bytes.subarray(0, 1000)
      throw new Error('No more.')
    })()
    expect((await failure(writer.add(second.entry, failing, call))).message).toBe('No more.')
    await writer.abort(call)
    expect(posts().every(({ uids }) => !uids.includes(second.uid))).toBe(true)
    expect(stow.kept.has(second.uid)).toBe(false)
  })

  test('an abort ends it at once', async () => {
    const controller = new AbortController()
    const writer = store().begin(parcelOf(all))
    const hanging = (async function* () {
      yield first.bytes.subarray(0, 100)
      controller.abort()
      await new Promise(() => {})
    })()
    const adding = writer.add(first.entry, hanging, toCall({ signal: controller.signal }))
    expect((await failure(adding)).code).toBe('cancelled')
    await writer.abort(call)
    expect(stow.kept.size).toBe(0)
  })

  test('a parcel that is given up stores nothing', async () => {
    const writer = store().begin(parcelOf(all))
    await writer.abort(call)
    expect(stow.requests).toHaveLength(0)
    expect(await store().begin(parcelOf(all)).commit(call)).toEqual([])
  })

  test('what is no instance by its path is told', async () => {
    const { size } = first.entry
    const error = await failure(
      store().write({ path: 'notes/readme.txt', ...(size !== undefined && { size }) }, bodyOf(first), call),
    )
    expect(error).toMatchObject({ code: 'invalid' })
    const [study, series] = first.entry.path.split('/')
    for (const path of [first.entry.path, `studies/${study}/series/${series}/instances/${first.uid}`]) {
      stow.kept.clear()
      await store().write({ path }, bodyOf(first), call)
      expect(stow.kept.has(first.uid)).toBe(true)
    }
  })

  test('removes, also what is not there', async () => {
    const to = store()
    await to.write(first.entry, bodyOf(first), call)
    const resource = { study: '1.2', series: '1.3', instance: first.uid }
    await removeResource(to.service, resource, call)
    expect(stow.kept.size).toBe(0)
    await removeResource(to.service, resource, call)
  })
})
