import { isPath, Store } from '@gantry/core'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { get, hello, list, put, roads } from './testing/rig.ts'
import { TestHub } from './testing/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => await hub.close())

const odd = fc.constantFrom(
  '%',
  '%2F',
  '%2e%2e',
  '?',
  '#',
  '&',
  '+',
  ' ',
  '..a',
  '\\',
  ';',
  ':',
  '@',
  "'",
  '"',
  'é',
  '\u{1FA7B}',
)
const segment = fc
  .array(fc.oneof(odd, fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 4 })
  .map((of) => of.join(''))
const path = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((of) => of.join('/').normalize('NFC'))
  .filter(isPath)

describe.each(roads)('over %s', (_, hubStore) => {
  let runs = 0

  test('every name is written, found, listed and removed as it is, below every prefix', async () => {
    await fc.assert(
      fc.asyncProperty(path, path, async (prefix, name) => {
        runs += 1
        const store = new Store(hubStore({ hub: hub.url, token: 'good', prefix: `${_}-${runs}/${prefix}` }))
        expect((await put(store, name)).path).toBe(name)
        expect((await store.stat(name)).path).toBe(name)
        expect(await get(store, name)).toEqual(new Uint8Array(hello))
        expect((await list(store)).map((entry) => entry.path)).toEqual([name])
        await store.remove(name)
        expect(await list(store)).toEqual([])
        await store.close()
      }),
      { numRuns: 60 },
    )
  })

  test('each segment is percent-encoded by itself', async () => {
    const store = new Store(hubStore({ hub: hub.url, token: 'good', prefix: 'a b' }))
    hub.seen.length = 0
    await put(store, 'c/100%/d?e#f/é%2F')
    expect(hub.seen).toEqual(['PUT /v1/objects/a%20b/c/100%25/d%3Fe%23f/%C3%A9%252F'])
    await store.close()
  })
})
