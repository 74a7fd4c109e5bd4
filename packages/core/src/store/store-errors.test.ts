import { describe, expect, test } from 'vitest'

import { drain, failingIterable, tinyAbilities, tinyDriver } from '../../model/tiny-driver.ts'
import { type ErrorCode, errorCodes } from '../errors/error-code.ts'
import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import { bytesOf } from './bytes.ts'
import { Store } from './store.ts'
import type { StoreDriver } from './store-driver.ts'

const path = 'DOE^JANE/1'
const secret = 'AKIASECRET'

/** What an SDK throws: words of its own, and all that it was asked with. */
class ServiceError extends Error {
  readonly status: string
  constructor(status: string) {
    super(`GET /${path}?key=${secret}: ${status}`)
    this.status = status
  }
}

function failing(thrown: unknown, fail = () => Promise.reject(thrown)): StoreDriver {
  return tinyDriver({
    abilities: { ...tinyAbilities, sign: { longest: 60 } },
    list: () => failingIterable(thrown),
    stat: fail,
    read: fail,
    write: fail,
    remove: fail,
    sign: { url: fail },
    tier: { set: fail },
    retain: { set: fail, get: fail },
    codeOf: (error) => (error instanceof ServiceError ? (error.status as ErrorCode) : undefined),
    retryAfterOf: (error) => (error instanceof ServiceError ? 5000 : undefined),
  })
}

async function listAll(store: Store): Promise<void> {
  for await (const _ of store.list());
}

const calls: readonly [name: string, call: (store: Store, signal?: AbortSignal) => Promise<unknown>][] = [
  ['stat', (store, signal) => store.stat(path, { signal })],
  ['find', (store, signal) => store.find(path, { signal })],
  ['read', (store, signal) => store.read(path, undefined, { signal })],
  ['write', (store, signal) => store.write({ path }, bytesOf(), { signal })],
  ['remove', (store, signal) => store.remove(path, { signal })],
  ['sign', (store, signal) => store.sign(path, { expiresIn: 1, signal })],
  ['setTier', (store, signal) => store.setTier(path, 'COLD', { signal })],
  ['retain', (store, signal) => store.retain(path, 1, { signal })],
  ['retainedUntil', (store, signal) => store.retainedUntil(path, { signal })],
]

describe.each(calls)('%s', (_name, call) => {
  test('tells what an error of the SDK means, without its words', async () => {
    const cause = new ServiceError('rate_limited')
    const error = await call(new Store(failing(cause))).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'rate_limited', store: 'test', path, retryAfter: 5000, retryable: true, cause })
    expect(isGantryError(error) && error.message).not.toMatch(/DOE|AKIA/u)
  })

  test('tells what the adapter does not know as internal', async () => {
    await expect(call(new Store(failing(new TypeError(secret))))).rejects.toMatchObject({ code: 'internal', path })
  })

  test('adds store and path to an error that lacks them, and keeps the rest', async () => {
    const thrown = new GantryError('unavailable', 'The bucket moved.', { retryAfter: 7, retryable: false })
    await expect(call(new Store(failing(thrown)))).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The bucket moved.',
      retryAfter: 7,
      retryable: false,
      store: 'test',
      path,
    })
  })

  test('passes on an error that has them: it may come from the store behind', async () => {
    const thrown = new GantryError('integrity', 'Broken.', { store: 'other', path: 'b' })
    await expect(call(new Store(failing(thrown)))).rejects.toBe(thrown)
  })

  test('tells whatever an aborted call threw as cancelled', async () => {
    for (const thrown of [new ServiceError('unavailable'), new GantryError('integrity', 'Cut off.')]) {
      const controller = new AbortController()
      const abort = () => {
        controller.abort()
        return Promise.reject(thrown)
      }
      const driver = failing(thrown, abort)
      await expect(call(new Store(driver), controller.signal)).rejects.toMatchObject({
        code: 'cancelled',
        store: 'test',
      })
    }
  })
})

test('list tells errors without a path', async () => {
  const error = await listAll(new Store(failing(new ServiceError('permission_denied')))).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'permission_denied', store: 'test', path: undefined })
})

test('find answers nothing where stat says not_found', async () => {
  await expect(new Store(failing(new ServiceError('not_found'))).find(path)).resolves.toBeUndefined()
})

test('every code has words of its own that name neither entry nor secret', async () => {
  const messages = new Set<string>()
  for (const code of errorCodes) {
    const error = await new Store(failing(new ServiceError(code)))
      .stat(path)
      .catch((thrown: unknown) => thrown as Error)
    messages.add((error as Error).message)
  }
  expect(messages.size).toBe(errorCodes.length)
})

describe('what a store cannot do', () => {
  const bare = tinyDriver({ write: undefined, remove: undefined })
  const forbidden = tinyDriver({ abilities: { ...tinyAbilities, write: false, remove: false } })

  test.each<[string, StoreDriver, (store: Store) => Promise<unknown>]>([
    ['write', bare, (store) => store.write({ path }, bytesOf())],
    ['write', forbidden, (store) => store.write({ path }, bytesOf())],
    ['remove', bare, (store) => store.remove(path)],
    ['remove', forbidden, (store) => store.remove(path)],
    ['write if absent', tinyDriver(), (store) => store.write({ path, ifAbsent: true }, bytesOf())],
    ['write over a version', tinyDriver(), (store) => store.write({ path, ifVersion: '1' }, bytesOf())],
    ['write into a tier', tinyDriver(), (store) => store.write({ path, tier: 'COLD' }, bytesOf())],
    ['write and retain', tinyDriver(), (store) => store.write({ path, retainUntil: 1e13 }, bytesOf())],
    ['sign', bare, (store) => store.sign(path, { expiresIn: 1 })],
    ['set a tier', bare, (store) => store.setTier(path, 'COLD')],
    ['retain', bare, (store) => store.retain(path, 1)],
  ])('%s is unsupported', async (_name, driver, call) => {
    await expect(call(new Store(driver))).rejects.toMatchObject({ code: 'unsupported', store: 'test', path })
  })

  test('what nothing retains is retained until no time', async () => {
    await expect(new Store(bare).retainedUntil(path)).resolves.toBeUndefined()
  })
})

test('a driver of another contract is refused', () => {
  const driver = { ...tinyDriver(), contract: 2 } as unknown as StoreDriver
  expect(() => new Store(driver)).toThrow(expect.objectContaining({ code: 'unsupported' }))
})

describe('signing', () => {
  const decomposed = 'e\u0301'
  const driver = tinyDriver({
    abilities: { ...tinyAbilities, sign: { longest: 60 } },
    sign: { url: async (name, { method }) => `${method} ${name}` },
  })

  test.each([0, -1, 1.5, 61, Number.NaN])(
    'is not done for %d seconds where a minute is the longest',
    async (expiresIn) => {
      await expect(new Store(driver).sign(path, { expiresIn })).rejects.toMatchObject({
        code: 'invalid',
        message: 'A URL can be signed for 1 to 60 seconds.',
      })
    },
  )

  test('reads a name as it is, and writes it in NFC, as read and write do', async () => {
    const store = new Store(driver)
    expect(await store.sign(decomposed, { expiresIn: 1 })).toBe(`GET ${decomposed}`)
    expect(await store.sign(decomposed, { method: 'PUT', expiresIn: 1 })).toBe('PUT \u00e9')
    expect((await store.write({ path: decomposed }, bytesOf())).path).toBe('\u00e9')
    expect((await store.read(decomposed)).entry.path).toBe(decomposed)
    expect(await drain((await store.read(decomposed)).body)).toBe(1)
  })
})

test('a body that fails is told of as what it is, and not as a fault of the store', async () => {
  const cause = new TypeError(secret)
  const driver = tinyDriver({ write: async (_entry, body) => ({ path, size: await drain(body) }) })
  const error = await new Store(driver).write({ path }, failingIterable(cause)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'internal',
    path,
    cause,
    message: expect.stringMatching(/bytes to be written failed/u),
  })
})
