import { describe, expect, test } from 'vitest'
import * as z from 'zod'

import { defineAdapter, openStore } from './adapter.ts'
import { defineOverAdapter, layered } from './over-adapter.ts'
import type { Store } from './store.ts'
import type { StoreDriver } from './store-driver.ts'
import { tinyDriver } from '../../model/tiny-driver.ts'

const opened: { url: string; options: unknown; closed: boolean }[] = []

const inner = defineAdapter({
  scheme: 'inner',
  summary: 'inner',
  options: z.strictObject({ region: z.string().optional() }),
  open(url, options) {
    const one = { url, options, closed: false }
    opened.push(one)
    return { ...tinyDriver(), close: async () => void (one.closed = true) }
  },
})

let given: Store | undefined
const outer = defineOverAdapter({
  scheme: 'outer',
  summary: 'outer',
  options: z.strictObject({ version: z.enum(['1', '2']).default('1') }),
  over(store, options): StoreDriver {
    given = store
    return { ...tinyDriver(), scheme: `outer-${options.version}`, close: async () => await store.close() }
  },
})

describe('a store over another', () => {
  test('is opened from one URL, with the options of both', async () => {
    const store = await openStore('outer+inner://bucket/root', [layered(outer, inner)], { region: 'eu', version: '2' })
    expect(store.url).toBe('outer+inner://bucket/root')
    expect(store.scheme).toBe('outer-2')
    expect(given?.url).toBe('inner://bucket/root')
    expect(opened.at(-1)).toEqual({ url: 'inner://bucket/root', options: { region: 'eu' }, closed: false })
    await store.close()
    expect(opened.at(-1)?.closed).toBe(true)
  })

  test('refuses options that neither has, and closes what it had opened', async () => {
    const adapters = [layered(outer, inner)]
    await expect(openStore('outer+inner://b', adapters, { other: 1 })).rejects.toMatchObject({ code: 'invalid' })
    await expect(openStore('outer+inner://b', adapters, { version: '3' })).rejects.toMatchObject({ code: 'invalid' })
    expect(opened.at(-1)?.closed).toBe(true)
  })

  test('cannot have an option of the same name', () => {
    const clashing = { ...outer, options: z.strictObject({ region: z.string() }) }
    expect(() => layered(clashing, inner)).toThrow('"region"')
  })
})
