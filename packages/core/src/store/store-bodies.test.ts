import { runInNewContext } from 'node:vm'

import { describe, expect, test } from 'vitest'

import { closable, drain, tinyAbilities, tinyDriver } from '../../model/tiny-driver.ts'
import { GantryError } from '../errors/gantry-error.ts'
import { type Bytes, bytesOf } from './bytes.ts'
import { Store } from './store.ts'
import type { StoreDriver } from './store-driver.ts'

const five = new Uint8Array([1, 2, 3, 4, 5])
const path = 'a'

/** A driver whose entry is `size` bytes long, and gives `body`. */
function reading(size: number, body: AsyncIterable<Uint8Array>): StoreDriver {
  return tinyDriver({ read: async () => ({ entry: { path, size }, body }) })
}

/** A body that fails after its first chunk. */
async function* broken(error: unknown) {
  yield five
  throw error
}

describe('a body that is read', () => {
  test('comes as the driver gives it', async () => {
    expect(await drain((await new Store(reading(5, bytesOf(five))).read(path)).body)).toBe(5)
  })

  test.each([4, 6])('of another length than the entry (%s) fails with integrity', async (size) => {
    const { body } = await new Store(reading(size, bytesOf(five))).read(path)
    await expect(drain(body)).rejects.toMatchObject({ code: 'integrity', store: 'test', path })
  })

  test.each([
    [{ start: 1, end: 3 }, 2],
    [{ start: 1 }, 4],
    [{ start: 3, end: 99 }, 2],
    [{ start: 5 }, 0],
    [{ start: 0, end: 0 }, 0],
  ])('of a range %o has as many bytes as that', async (range, length) => {
    const store = new Store(reading(5, bytesOf(new Uint8Array(length))))
    expect(await drain((await store.read(path, range)).body)).toBe(length)
    const more = new Store(reading(5, bytesOf(new Uint8Array(length + 1))))
    await expect(drain((await more.read(path, range)).body)).rejects.toMatchObject({ code: 'integrity' })
  })

  describe('of an entry whose size the store does not know', () => {
    const store = (length: number) =>
      new Store(tinyDriver({ read: async () => ({ entry: { path }, body: bytesOf(new Uint8Array(length)) }) }))

    test('comes whole, whatever its length', async () => {
      expect(await drain((await store(5).read(path)).body)).toBe(5)
      expect(await drain((await store(7).read(path, { start: 3 })).body)).toBe(7)
    })

    test.each([0, 1, 2])('is no longer than the range that was asked for: %s', async (length) => {
      expect(await drain((await store(length).read(path, { start: 1, end: 3 })).body)).toBe(length)
    })

    test('and is no range if it is longer', async () => {
      const { body } = await store(3).read(path, { start: 1, end: 3 })
      await expect(drain(body)).rejects.toMatchObject({ code: 'integrity', store: 'test', path })
    })
  })

  test.each([
    { start: -1 },
    { start: 0.5 },
    { start: Number.NaN },
    { start: 2, end: 1 },
    { start: 0, end: Number.NaN },
    { start: 0, end: Number.POSITIVE_INFINITY },
  ])('of no range %o is refused before the driver sees it', async (range) => {
    const driver = tinyDriver({ read: () => Promise.reject(new Error('reached')) })
    await expect(new Store(driver).read(path, range)).rejects.toMatchObject({ code: 'invalid', store: 'test', path })
  })

  test('of a range that begins past the end is invalid, and closed', async () => {
    const { body, state } = closable(five)
    await expect(new Store(reading(5, body)).read(path, { start: 6 })).rejects.toMatchObject({ code: 'invalid', path })
    expect(state.closed).toBe(true)
  })

  test('that fails on its way tells what the driver knows of it', async () => {
    const driver: StoreDriver = { ...reading(9, broken(new Error('reset'))), codeOf: () => 'unavailable' }
    await expect(drain((await new Store(driver).read(path)).body)).rejects.toMatchObject({ code: 'unavailable', path })
  })

  test('ends when its call is aborted', async () => {
    const controller = new AbortController()
    const { body } = await new Store(reading(10, bytesOf(five, five))).read(path, undefined, {
      signal: controller.signal,
    })
    const iterator = body[Symbol.asyncIterator]()
    await iterator.next()
    controller.abort()
    await expect(iterator.next()).rejects.toMatchObject({ code: 'cancelled', path })
  })
})

describe('a body that is written', () => {
  const store = new Store(tinyDriver())

  test('arrives, and is answered with what the store keeps', async () => {
    await expect(store.write({ path, size: 10 }, bytesOf(five, five))).resolves.toEqual({ path, size: 10 })
  })

  test.each([4, 6, 0])('of another length than was promised (%s) fails with integrity', async (size) => {
    await expect(store.write({ path, size }, bytesOf(five))).rejects.toMatchObject({
      code: 'integrity',
      store: 'test',
      path,
    })
  })

  test.each([
    ['numbers', [new Uint16Array([257, 514])]],
    ['text', ['12345']],
    ['a buffer', [new ArrayBuffer(5)]],
    ['nothing', [undefined]],
    ['null after bytes', [five, null]],
  ])('of %s is refused, whatever its size', async (_what, chunks) => {
    async function* body() {
      for (const chunk of chunks) yield chunk as Uint8Array
    }
    for (const entry of [{ path }, { path, size: 5 }]) {
      await expect(store.write(entry, body())).rejects.toMatchObject({ code: 'invalid', store: 'test', path })
    }
  })

  test('may come from another realm, as in tests of a page', async () => {
    const foreign: unknown = runInNewContext('new Uint8Array([1, 2, 3, 4, 5])')
    expect(foreign).not.toBeInstanceOf(Uint8Array)
    await expect(store.write({ path, size: 5 }, bytesOf(foreign as Uint8Array))).resolves.toMatchObject({ size: 5 })
  })

  test('that is none, or of no size, is refused with a hint', async () => {
    for (const body of [new Uint8Array(3), undefined, 'abc'] as unknown[]) {
      const message = expect.stringContaining('bytesOf') as string
      await expect(store.write({ path }, body as Bytes)).rejects.toMatchObject({ code: 'invalid', message })
    }
    for (const size of ['5', null, Number.NaN, 0.5] as unknown[]) {
      const { body, state } = closable(five)
      await expect(store.write({ path, size: size as number }, body)).rejects.toMatchObject({ code: 'invalid' })
      expect(state.closed).toBe(true)
    }
  })

  test('is not what the store says that it keeps: integrity', async () => {
    const digests = { sha256: 'aa' }
    const keeping = (stored: object) => new Store(tinyDriver({ write: async () => ({ path, size: 5, ...stored }) }))
    const entry = { path, size: 5, digests }
    await expect(keeping({ size: 4 }).write(entry, bytesOf(five))).rejects.toMatchObject({ code: 'integrity', path })
    await expect(keeping({ digests: { sha256: 'ab' } }).write(entry, bytesOf(five))).rejects.toMatchObject({
      code: 'integrity',
    })
    await expect(keeping({ digests: { md5: 'ab' } }).write(entry, bytesOf(five))).resolves.toBeDefined()
    await expect(keeping({ digests }).write(entry, bytesOf(five))).resolves.toMatchObject({ digests })
  })

  test('that fails is the reason, whatever an SDK makes of it', async () => {
    const lost = new GantryError('unavailable', 'The source went away.', { store: 'source', path: 'b' })
    const wrapping = tinyDriver({
      write: (_, body) =>
        drain(body).then(
          () => ({ path, size: 5 }),
          (cause) => Promise.reject(new Error('upload', { cause })),
        ),
    })
    const swallowing = tinyDriver({
      write: (_, body) =>
        drain(body).then(
          (size) => ({ path, size }),
          () => ({ path, size: 5 }),
        ),
    })
    for (const driver of [wrapping, swallowing]) {
      await expect(new Store(driver).write({ path }, broken(lost))).rejects.toBe(lost)
      await expect(new Store(driver).write({ path, size: 6 }, bytesOf(five))).rejects.toMatchObject({
        code: 'integrity',
      })
    }
  })

  test.each<[string, StoreDriver, object, { signal?: AbortSignal }]>([
    ['the path is none', tinyDriver(), { path: '../a' }, {}],
    ['the store takes nothing', tinyDriver({ abilities: { ...tinyAbilities, write: false } }), {}, {}],
    ['the driver fails before it reads', tinyDriver({ write: () => Promise.reject(new Error('full')) }), {}, {}],
    ['the call is aborted before', tinyDriver(), {}, { signal: AbortSignal.abort() }],
  ])('is closed when %s', async (_name, driver, entry, options) => {
    const { body, state } = closable(five)
    await expect(new Store(driver).write({ path, ...entry }, body, options)).rejects.toBeInstanceOf(GantryError)
    expect(state.closed).toBe(true)
  })

  test('ends when its call is aborted', async () => {
    const controller = new AbortController()
    const driver = tinyDriver({
      async write(_entry, body) {
        for await (const _ of body) controller.abort()
        return { path, size: 10 }
      },
    })
    const { body, state } = closable(five, five)
    const { signal } = controller
    await expect(new Store(driver).write({ path }, body, { signal })).rejects.toMatchObject({ code: 'cancelled' })
    expect(state.closed).toBe(true)
  })
})
