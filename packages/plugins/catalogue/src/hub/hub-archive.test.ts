import { bytesOf, collect, GantryError, Store } from '@gantry/core'
import {
  hubArchiveReceiptsSchema,
  hubArchiveRestoredSchema,
  type HubArchiveSession,
  hubArchiveSessionSchema,
  hubArchiveSessionsSchema,
  type HubScope,
} from '@gantry/core/hub'
import { openHub } from '@gantry/hub/node'
import { hubStore, hubTokens } from '@gantry/hub-store'
import { memory, MemoryContents } from '@gantry/memory'
import { phantom } from '@gantry/testkit/phantom'
import { nodeHashing } from '@gantry/transfer'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'

import { identify } from '../testing/archive-rig.ts'
import { all, temporaryCatalogue, temporaryFolder } from '../testing/temporary-catalogue.ts'
import { hubArchive } from './hub-archive.ts'

const issuer = 'http://localhost:8080'
const both: HubScope[] = ['sources:read', 'sources:write']

async function rig(given?: Store) {
  const shelf = new MemoryContents()
  const catalogue = temporaryCatalogue()
  const store =
    given ?? new Store(memory({ contents: shelf, digests: { algorithms: ['sha256'], hashing: nodeHashing } }))
  const archive = hubArchive({ catalogue, store, location: 'memory:shelf', hashing: nodeHashing, identify })
  const errors: unknown[] = []
  const keeper = new Store(memory())
  const onError = (error: unknown) => void errors.push(error)
  const hub = await openHub({ folder: temporaryFolder(), keeper, issuer, archive, onError })
  onTestFinished(async () => await hub.close())
  const fetch = async (input: string | URL | Request, init?: RequestInit) => await hub.fetch(new Request(input, init))
  const account = async (name: string, scopes = both) => {
    const tokens = hubTokens({ key: await hub.accounts.create(name, { scopes }), fetch })
    const objects = new Store(hubStore({ hub: issuer, tokens, fetch }))
    const send = async (method: string, path: string, json?: unknown) => {
      const token = await tokens.get(new AbortController().signal)
      const response = await fetch(`${issuer}/v1/archive/sessions${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      })
      const body: unknown = await response.json()
      return { status: response.status, body }
    }
    return { objects, send }
  }
  return { hub, shelf, store, catalogue, errors, account, fetch }
}

async function fill(objects: Store, prefix: string): Promise<Map<string, string>> {
  const written = new Map<string, string>()
  for await (const { path, bytes } of phantom({ size: 16, slices: 4 })) {
    await objects.write({ path: `${prefix}/${path}`, size: bytes.length }, bytesOf(bytes))
    written.set(`${prefix}/${path}`, Buffer.from(bytes).toString('hex'))
  }
  return written
}

async function contents(objects: Store): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const { path } of objects.list()) {
    found.set(path, Buffer.from(await collect((await objects.read(path)).body)).toString('hex'))
  }
  return found
}

let bench: Awaited<ReturnType<typeof rig>>
beforeEach(async () => {
  bench = await rig()
})

describe('the archive of a hub', { timeout: 120_000 }, () => {
  test('stores a session, lists it, deletes it from the hub, and restores it byte by byte', async () => {
    const { objects, send } = await bench.account('ada')
    const before = await fill(objects, 'monday')
    await objects.write({ path: 'else/x', size: 1 }, bytesOf(new Uint8Array(1)))
    const stored = await send('POST', '/monday', { prefix: 'monday' })
    expect([stored.status, hubArchiveSessionSchema.parse(stored.body)]).toMatchObject([
      200,
      { id: 'monday', entries: 4 },
    ])
    const listed = hubArchiveSessionsSchema.parse((await send('GET', '')).body)
    expect(listed.sessions).toEqual([stored.body])
    const { receipts } = hubArchiveReceiptsSchema.parse((await send('GET', '/monday/receipts')).body)
    expect(receipts.map(({ path }) => path).sort()).toEqual([...before.keys()])
    expect(await bench.catalogue.studies()).toMatchObject([{ instances: 4, modalities: ['CT'] }])

    const deleted = await send('DELETE', '/monday')
    expect((deleted.body as HubArchiveSession).deleted).toBeGreaterThan(0)
    expect([...(await contents(objects)).keys()]).toEqual(['else/x'])
    expect(hubArchiveReceiptsSchema.parse((await send('GET', '/monday/receipts')).body).receipts).toHaveLength(4)

    const restored = await send('POST', '/monday/restore')
    expect(hubArchiveRestoredSchema.parse(restored.body)).toEqual({ restored: 4, there: 0, failed: 0, lost: 0 })
    const after = await contents(objects)
    after.delete('else/x')
    expect(after).toEqual(before)
    expect((await send('POST', '/monday/restore')).body).toEqual({ restored: 0, there: 4, failed: 0, lost: 0 })
    expect((await send('GET', '/monday')).body).toEqual(stored.body)
    expect(bench.errors).toEqual([])
  })

  test('a deleted session takes nothing with it that was never archived', async () => {
    const { objects, send } = await bench.account('ada')
    const before = await fill(objects, 'monday')
    await send('POST', '/monday', { prefix: 'monday' })
    const [changed = ''] = before.keys()
    const size = (before.get(changed) ?? '').length / 2
    await objects.write({ path: changed, size }, bytesOf(new Uint8Array(size).fill(7)))
    await send('DELETE', '/monday')
    expect([...(await contents(objects)).keys()]).toEqual([changed])
  })

  test('what lies in a place that the hub has not is neither deleted from it nor called restored', async () => {
    const { objects, send } = await bench.account('ada')
    const before = await fill(objects, 'monday')
    await send('POST', '/monday', { prefix: 'monday' })
    const receipts = await all(bench.catalogue.allReceipts())
    await bench.catalogue.record({ location: 'else:', session: { owner: 'bob', name: 'x' } }, receipts)
    await bench.catalogue.markRemoved(receipts)
    await send('DELETE', '/monday')
    expect(await contents(objects)).toEqual(before)
    expect((await send('POST', '/monday/restore')).body).toEqual({ restored: 0, there: 0, failed: 0, lost: 4 })
  })

  test('nobody sees, restores or deletes the session of another, and its name is free', async () => {
    const ada = await bench.account('ada')
    const bob = await bench.account('bob')
    await fill(ada.objects, 'a')
    await fill(bob.objects, 'b')
    await ada.send('POST', '/same', { prefix: 'a' })
    for (const [method, path] of [
      ['GET', '/same'],
      ['GET', '/same/receipts'],
      ['POST', '/same/restore'],
      ['DELETE', '/same'],
    ] as const) {
      expect([method, path, (await bob.send(method, path)).status]).toEqual([method, path, 404])
    }
    expect(hubArchiveSessionsSchema.parse((await bob.send('GET', '')).body).sessions).toEqual([])
    // Nor are another's objects archived.
    expect((await bob.send('POST', '/theirs', { prefix: 'a' })).status).toBe(404)
    expect((await bob.send('POST', '/same', { prefix: 'b' })).status).toBe(200)
    expect((await ada.send('GET', '/same')).status).toBe(200)
    expect(await all(bench.store.list({ prefix: 'ada' }))).toHaveLength(4)
    expect(await all(bench.store.list({ prefix: 'bob' }))).toHaveLength(4)
  })

  test('needs the scopes of objects, and an id that is one', async () => {
    const reader = await bench.account('reader', ['sources:read'])
    const sharer = await bench.account('sharer', ['shares:read'])
    expect((await reader.send('GET', '')).status).toBe(200)
    expect((await reader.send('POST', '/x', { prefix: 'x' })).status).toBe(403)
    expect((await reader.send('DELETE', '/x')).status).toBe(403)
    expect((await sharer.send('GET', '')).status).toBe(403)
    const { send } = await bench.account('ada')
    expect((await send('POST', '/%2e%2e%2fx', { prefix: 'x' })).status).toBe(400)
    expect((await send('POST', '/x', { prefix: '' })).status).toBe(400)
    expect((await send('POST', '/x', { prefix: 'none' })).status).toBe(404)
    const document = (await (await bench.fetch(`${issuer}/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(document.paths)).toContain('/v1/archive/sessions/{id}/restore')
  })

  test('pages through sessions and receipts', async () => {
    const { objects, send } = await bench.account('ada')
    await fill(objects, 'p')
    for (const id of ['a', 'b', 'c']) await send('POST', `/${id}`, { prefix: 'p' })
    const first = hubArchiveSessionsSchema.parse((await send('GET', '?limit=2')).body)
    expect([first.sessions.map(({ id }) => id), first.next]).toEqual([['a', 'b'], 'b'])
    const rest = hubArchiveSessionsSchema.parse((await send('GET', '?limit=2&after=b')).body)
    expect([rest.sessions.map(({ id }) => id), rest.next]).toEqual([['c'], undefined])
    const page = hubArchiveReceiptsSchema.parse((await send('GET', '/a/receipts?limit=3')).body)
    expect(page.receipts).toHaveLength(3)
    const last = hubArchiveReceiptsSchema.parse((await send('GET', `/a/receipts?after=${page.next}`)).body)
    expect([last.receipts.length, last.next]).toEqual([1, undefined])
  })
})

test('an archive that is damaged gives nothing back', async () => {
  const { objects, send } = await bench.account('ada')
  const before = await fill(objects, 'monday')
  await send('POST', '/monday', { prefix: 'monday' })
  await send('DELETE', '/monday')
  const [first] = await all(bench.store.list())
  if (first === undefined) throw new GantryError('internal', 'Nothing was archived.')
  const wrong = new Uint8Array(first.size ?? 0).fill(3)
  await bench.store.write({ path: first.path, size: wrong.length }, bytesOf(wrong))
  expect((await send('POST', '/monday/restore')).body).toMatchObject({ restored: 3, failed: 1 })
  const back = await contents(objects)
  for (const [path, bytes] of back) expect(before.get(path)).toBe(bytes)
  expect(back.size).toBe(3)
}, 120_000)

describe('an archive that packs studies', () => {
  const packing = async (others: boolean) => {
    const parcels = { store: { unit: 'study', resumable: false, others } } as const
    const digests = { algorithms: ['sha256'] as const, hashing: nodeHashing }
    const { objects, send } = await (await rig(new Store(memory({ parcels, digests })))).account('ada')
    const bytes = new TextEncoder().encode('hello')
    await objects.write({ path: 'objects/hello', size: bytes.length }, bytesOf(bytes))
    return { objects, send }
  }

  test('is given what is no image by sessions, where it takes such', async () => {
    const { objects, send } = await packing(true)
    expect(await send('POST', '/x', { prefix: 'objects' })).toMatchObject({ status: 200, body: { entries: 1 } })
    await send('DELETE', '/x')
    expect(await contents(objects)).toEqual(new Map())
    expect((await send('POST', '/x/restore')).body).toMatchObject({ restored: 1, lost: 0 })
  })

  test('and where not, the refusal is final, and says why', async () => {
    const { send } = await packing(false)
    expect(await send('POST', '/x', { prefix: 'objects' })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('no DICOM image') } },
    })
  })
})
