import { describe, expect, test } from 'vitest'

import { closable, tinyDriver } from '../../model/tiny-driver.ts'
import { GantryError } from '../errors/gantry-error.ts'
import { bytesOf } from './bytes.ts'
import type { Selection } from './selection.ts'
import { Store } from './store.ts'

async function listed(store: Store, options: Parameters<Store['list']>[1] = {}, prefix?: string): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list(prefix === undefined ? {} : { prefix }, options)) paths.push(path)
  return paths
}

const refusesAll = tinyDriver({
  tier: { set: () => Promise.reject(new Error('reached')) },
  retain: { set: () => Promise.reject(new Error('reached')), get: () => Promise.reject(new Error('reached')) },
  sign: { url: () => Promise.reject(new Error('reached')) },
})

describe('paths', () => {
  const store = new Store(refusesAll)
  test.each<[string, () => Promise<unknown>]>([
    ['list', () => listed(store, {}, '../x')],
    ['stat', () => store.stat('../x')],
    ['read', () => store.read('../x')],
    ['write', () => store.write({ path: '../x' }, bytesOf())],
    ['remove', () => store.remove('../x')],
    ['sign', () => store.sign('../x', { expiresIn: 60 })],
    ['setTier', () => store.setTier('../x', 'COLD')],
    ['retain', () => store.retain('../x', 1)],
    ['retainedUntil', () => store.retainedUntil('../x')],
  ])('%s refuses one that leads out before the driver sees it', async (_name, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'invalid' })
  })

  test.each(['12345678901', 'a/12345678901', '1234567890/12345/12345', 'ééééé/éé/éé/éé/éé'])(
    'a path that the store cannot keep whole is refused: %s',
    async (path) => {
      await expect(store.write({ path }, bytesOf())).rejects.toMatchObject({ code: 'invalid', path })
    },
  )

  test('one of exactly the limits is taken', async () => {
    await expect(
      store.write({ path: '1234567890/123456789', size: 1 }, bytesOf(new Uint8Array(1))),
    ).resolves.toBeDefined()
  })

  test('objects whose names are no paths are told, not listed', async () => {
    const refused: string[] = []
    expect(await listed(store, { onRefused: (name) => void refused.push(name) })).toEqual(['a'])
    expect(refused).toEqual(['./odd'])
  })

  test.each([{ prefx: 'zzz' }, { since: 'yesterday' }, { include: '*.txt' }, { studies: [1] }, 'a', null])(
    'what is no selection holds nothing: %j',
    async (selection) => {
      const list = store.list(selection as Selection)
      await expect(list.next()).rejects.toMatchObject({ code: 'invalid' })
    },
  )

  test('UIDs of a selection may be as images have them', async () => {
    expect((await store.list({ studies: ['1.2-odd'], include: ['a'] }).next()).value).toMatchObject({ path: 'a' })
  })

  test('a damaged record is told whatever is selected, because nobody knows what it held', async () => {
    const why = new GantryError('integrity', 'It is damaged.')
    const damaged = new Store(
      tinyDriver({
        async *list() {
          yield { path: 'a', size: 1 }
          yield { path: './records/1', refused: why }
          yield { path: './pipe', refused: new GantryError('unsupported', 'It is a pipe.') }
        },
      }),
    )
    const refused: unknown[] = []
    const onRefused = (name: string, error: GantryError) => void refused.push(name, error)
    expect(await listed(damaged, { onRefused }, 'a')).toEqual(['a'])
    expect(refused).toEqual(['./records/1', why])
    await expect(listed(damaged, {}, 'a')).rejects.toMatchObject({ code: 'integrity' })
  })
})

test('what is expected is told by its name as it will be written, and what can have no name is left out', async () => {
  const told: unknown[] = []
  const store = new Store(tinyDriver({ expect: async (...given) => void told.push(given.slice(0, 2)) }))
  const entries = [{ path: 'a/e\u0301', size: 1 }, { path: '../x' }]
  await store.expect('write', entries)
  await store.expect('read', entries)
  expect(store.expects).toBe(true)
  expect(told).toEqual([
    ['write', [{ path: 'a/\u00e9', size: 1 }]],
    ['read', [{ path: 'a/e\u0301', size: 1 }]],
  ])
})

test('who expects nothing is not asked to', async () => {
  const store = new Store(tinyDriver())
  expect(store.expects).toBe(false)
  await expect(store.expect('read', [{ path: 'a' }])).resolves.toBeUndefined()
})

test('a signal that was aborted before ends every call with cancelled', async () => {
  const store = new Store(tinyDriver())
  const options = { signal: AbortSignal.abort() }
  const cancelled = { code: 'cancelled' }
  await expect(listed(store, options)).rejects.toMatchObject(cancelled)
  await expect(store.stat('a', options)).rejects.toMatchObject(cancelled)
  await expect(store.read('a', undefined, options)).rejects.toMatchObject(cancelled)
  await expect(store.write({ path: 'a' }, bytesOf(), options)).rejects.toMatchObject(cancelled)
  await expect(store.remove('a', options)).rejects.toMatchObject(cancelled)
})

test('closing a reading that was never read closes the body of the driver', async () => {
  const { body, state } = closable()
  const store = new Store(tinyDriver({ read: async ({ path }) => ({ entry: { path, size: 1 }, body }) }))
  const reading = await store.read('a')
  await reading.body[Symbol.asyncIterator]().return?.()
  expect(state.closed).toBe(true)
})

describe('a closed store', () => {
  const told: string[] = []
  const driver = tinyDriver({ close: async () => void told.push('closed') })

  test('closes its driver once, and says what it is to whoever calls', async () => {
    const store = new Store(driver)
    await Promise.all([store.close(), store.close()])
    await store.close()
    expect(told).toEqual(['closed'])
    await expect(store.stat('a')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('closed') })
    await expect(store.find('a')).rejects.toMatchObject({ code: 'invalid' })
    await expect(listed(store)).rejects.toMatchObject({ code: 'invalid' })
    await expect(store.write({ path: 'a', size: 0 }, bytesOf())).rejects.toMatchObject({ code: 'invalid' })
  })
})
