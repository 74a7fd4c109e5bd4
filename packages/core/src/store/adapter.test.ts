import { describe, expect, test } from 'vitest'
import * as z from 'zod'

import { tinyDriver } from '../../model/tiny-driver.ts'
import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import { type Adapter, defineAdapter, openStore } from './adapter.ts'
import { Store } from './store.ts'
import { withoutSecrets } from './without-secrets.ts'

const secret = 'AKIASECRET'

const adapter = defineAdapter({
  scheme: 'test',
  summary: 'For tests.',
  options: z.strictObject({ region: z.enum(['here', 'there']).default('here'), token: z.string().min(20).optional() }),
  open: (url, options) =>
    tinyDriver({ scheme: 'test', stat: async () => ({ path: `${url} ${options.region}`, size: 0 }) }),
})

function throwing(thrown: Error): Adapter {
  return { ...adapter, open: () => Promise.reject(thrown) }
}

/** All that a log would show of an error, causes included. */
async function shown(work: Promise<unknown>): Promise<string> {
  const parts: string[] = []
  let error: unknown = await work.catch((thrown: unknown) => thrown)
  expect(isGantryError(error)).toBe(true)
  for (; error instanceof Error; error = error.cause)
    parts.push(String(error), JSON.stringify(error), error.stack ?? '')
  return parts.join('\n')
}

describe('opening a store', () => {
  test('takes nothing but a driver', async () => {
    const message = expect.stringContaining('driver') as string
    await expect(openStore('test:', [{ ...adapter, open: () => undefined as never }])).rejects.toMatchObject({
      code: 'invalid',
      message,
    })
    for (const wrong of [undefined, null, {}, new Store(tinyDriver())] as never[]) {
      expect(() => new Store(wrong)).toThrow(expect.objectContaining({ code: 'invalid', message }))
    }
    const old = { ...tinyDriver(), contract: 0 } as never
    expect(() => new Store(old)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  test('finds the adapter of the scheme, and hands it URL and options', async () => {
    const store = await openStore('test://bucket/prefix', [adapter])
    expect(store.url).toBe('test://bucket/prefix')
    expect((await store.stat('a')).path).toBe('test://bucket/prefix here')
    expect((await (await openStore('test:', [adapter], { region: 'there' })).stat('a')).path).toBe('test: there')
  })

  test.each(['bucket', '/a/b', '', '://x', '1a:b'])('%j is no URL of a store', async (url) => {
    await expect(openStore(url, [adapter])).rejects.toMatchObject({ code: 'invalid' })
  })

  test('a scheme that no adapter has is named, with those there are', async () => {
    await expect(openStore('other://x', [adapter])).rejects.toMatchObject({
      code: 'invalid',
      message: 'No adapter for "other:" is configured; there are: test.',
    })
  })

  test.each([
    [{ region: 'nowhere' }, 'region'],
    [{ unknown: secret }, 'unknown'],
    [{ token: secret }, 'token'],
    [secret, 'options'],
  ])('wrong options are told by name, without what they hold', async (options, name) => {
    const text = await shown(openStore('test://x', [adapter], options))
    expect(text).toContain(name)
    expect(text).not.toContain(secret)
  })

  test('an error of the adapter passes, any other is wrapped and does not quote a URL with secrets', async () => {
    const known = new GantryError('not_found', 'There is no such bucket.')
    await expect(openStore('test://x', [throwing(known)])).rejects.toBe(known)
    const unknown = Object.assign(new TypeError(`Invalid URL: test://u:${secret}@x`), { input: secret })
    const url = `test://u:${secret}@x`
    expect(await shown(openStore(url, [throwing(unknown)]))).not.toContain(secret)
    await expect(openStore('test://x', [throwing(unknown)])).rejects.toMatchObject({
      code: 'internal',
      cause: unknown,
      message: 'The adapter of test: failed to open the store: see the cause.',
    })
  })
})

describe('a URL without secrets', () => {
  test.each([
    ['s3://bucket/prefix', 's3://bucket/prefix'],
    ['s3://key:secret@bucket/prefix', 's3://bucket/prefix'],
    ['s3://key@bucket', 's3://bucket'],
    ['s3://key:se/cr+et@bucket/a', 's3://bucket/a'],
    ['s3://key:p@ss@bucket', 's3://bucket'],
    ['S3://key:secret@bucket', 'S3://bucket'],
    ['https://host:8080/a@b/c', 'https://host:8080/a@b/c'],
    ['https://host/a@b:c', 'https://host/a@b:c'],
    ['https://host/path?token=x', 'https://host/path'],
    ['https://host?email=a@b', 'https://host'],
    ['https://host/path#key', 'https://host/path'],
    ['https://u:p@host:8080/path?q#f', 'https://host:8080/path'],
    ['file:///home/a:b/c@d', 'file:///home/a:b/c@d'],
    ['memory:name', 'memory:name'],
  ])('%s: %s', (url, expected) => {
    expect(withoutSecrets(url)).toBe(expected)
    expect(new Store(tinyDriver(), { url }).url).toBe(expected)
  })

  test('a store that was given none names its scheme', () => {
    expect(new Store(tinyDriver()).url).toBe('test:')
  })
})
