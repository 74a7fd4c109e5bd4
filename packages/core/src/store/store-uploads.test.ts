import { describe, expect, test } from 'vitest'

import { closable, drain, failingIterable, tinyAbilities, tinyDriver } from '../../model/tiny-driver.ts'
import { bytesOf, collect } from './bytes.ts'
import { Store } from './store.ts'
import type { StoreUploads } from './store-uploads.ts'
import type { ResumableDriver } from './store-driver.ts'
import type { Upload } from './upload.ts'

const five = new Uint8Array([1, 2, 3, 4, 5])
const upload: Upload = { path: 'a', id: 'upload-1' }
const part = { number: 1, offset: 0, size: 5 }
const resumableAbility = { minPartSize: 1, maxPartSize: 10, maxParts: 10, parallel: true }

const secret = new Error('secret')
const fail = () => Promise.reject(secret)

function uploads(overrides: Partial<ResumableDriver> = {}): StoreUploads {
  const resumable: ResumableDriver = {
    begin: async ({ path }) => ({ path, id: 'upload-1' }),
    putPart: async (_upload, given, body) => ({ ...given, size: await drain(body), tag: 't' }),
    async *listParts() {
      yield { ...part, tag: 't' }
    },
    complete: async ({ path }) => ({ path, size: 5, digests: { sha256: 'aa' } }),
    abort: async () => {},
    async *unfinished() {
      yield upload
    },
    ...overrides,
  }
  const driver = tinyDriver({ abilities: { ...tinyAbilities, resumable: resumableAbility }, resumable })
  return new Store(driver).uploads as StoreUploads
}

async function unfinished(of: StoreUploads, prefix?: string): Promise<Upload[]> {
  const found: Upload[] = []
  for await (const one of of.unfinished(prefix)) found.push(one)
  return found
}

test('a store that does not declare uploads has none', () => {
  expect(new Store(tinyDriver()).uploads).toBeUndefined()
})

test('an upload goes from begin to complete', async () => {
  const store = uploads()
  expect(store.ability).toBe(resumableAbility)
  expect(await store.begin({ path: 'e\u0301' })).toEqual({ path: '\u00e9', id: 'upload-1' })
  const stored = await store.putPart(upload, part, bytesOf(five))
  expect(stored).toEqual({ ...part, tag: 't' })
  expect(await store.listParts(upload)).toEqual([stored])
  expect(await store.complete(upload, { path: 'a', size: 5 }, [stored])).toMatchObject({ path: 'a', size: 5 })
  await store.abort(upload)
  expect(await unfinished(store)).toEqual([upload])
})

describe('integrity', () => {
  const wrong = { code: 'integrity', store: 'test', path: 'a' }

  test.each([4, 6])('a part of another length than %s fails', async (size) => {
    await expect(uploads().putPart(upload, { ...part, size }, bytesOf(five))).rejects.toMatchObject(wrong)
  })

  test('a whole that is not what was promised fails', async () => {
    await expect(uploads().complete(upload, { path: 'a', size: 6 }, [])).rejects.toMatchObject(wrong)
    const digests = { sha256: 'bb' }
    await expect(uploads().complete(upload, { path: 'a', digests }, [])).rejects.toMatchObject(wrong)
  })
})

describe('refusals', () => {
  test.each(['../a', '', '12345678901'])('no upload is begun at %j', async (path) => {
    await expect(uploads().begin({ path })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('no upload is looked for outside', async () => {
    await expect(unfinished(uploads(), '../a')).rejects.toMatchObject({ code: 'invalid' })
    expect(await unfinished(uploads(), '')).toEqual([upload])
  })

  test('a body that was not taken is closed', async () => {
    const { body, state } = closable(five)
    const failing = uploads({ putPart: () => Promise.reject(new Error('reset')) })
    await expect(failing.putPart(upload, part, body)).rejects.toMatchObject({ code: 'internal' })
    expect(state.closed).toBe(true)
  })
})

describe('errors name store and path', () => {
  const failing = uploads({
    begin: fail,
    putPart: fail,
    listParts: () => failingIterable(secret),
    complete: fail,
    abort: fail,
    readBack: fail,
    unfinished: () => failingIterable(secret),
  })

  test.each<[string, () => Promise<unknown>]>([
    ['begin', () => failing.begin({ path: 'a' })],
    ['putPart', () => failing.putPart(upload, part, bytesOf(five))],
    ['listParts', () => failing.listParts(upload)],
    ['complete', () => failing.complete(upload, { path: 'a' }, [])],
    ['abort', () => failing.abort(upload)],
    ['readBack', () => failing.readBack(upload, { start: 0, end: 1 })],
  ])('%s', async (_name, call) => {
    const error = await call().catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({ code: 'internal', store: 'test', path: 'a' })
    expect((error as Error).message).not.toContain('secret')
  })

  test('unfinished', async () => {
    await expect(unfinished(failing)).rejects.toMatchObject({ code: 'internal', store: 'test' })
  })
})

describe('reading back', () => {
  test('gives the bytes that were put', async () => {
    const store = uploads({ readBack: async (_upload, { start, end }) => bytesOf(five.subarray(start, end)) })
    expect(store.readsBack).toBe(true)
    expect(await collect(await store.readBack(upload, { start: 1, end: 3 }))).toEqual(five.subarray(1, 3))
    await expect(collect(await store.readBack(upload, { start: 3, end: 9 }))).rejects.toMatchObject({
      code: 'integrity',
      path: 'a',
    })
    await expect(store.readBack(upload, { start: 3, end: 1 })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('is unsupported where the store cannot', async () => {
    expect(uploads().readsBack).toBe(false)
    await expect(uploads().readBack(upload, { start: 0, end: 1 })).rejects.toMatchObject({
      code: 'unsupported',
      store: 'test',
    })
  })
})
