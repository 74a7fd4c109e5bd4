import { openStore } from '@gantry/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hubAdapter, hubStore, loopbackHubAdapter } from './index.ts'
import { parseUrl } from './parse-url.ts'
import { createKey, get, hello, put } from './testing/rig.ts'
import { TestHub } from './testing/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => await hub.close())

const adapters = [hubAdapter, loopbackHubAdapter]
const invalid = expect.objectContaining({ code: 'invalid' })

describe('a URL', () => {
  test('names a hub on this machine, and a prefix of it', async () => {
    const url = hub.url.replace('http:', 'hub+http:')
    const below = await openStore(`${url}/some/prefix`, adapters, { token: 'good' })
    await put(below, 'entry')
    const all = await openStore(url, adapters, { token: 'good' })
    expect(await get(all, 'some/prefix/entry')).toEqual(new Uint8Array(hello))
    expect(below.url).toBe(`${url}/some/prefix`)
  })

  test.each([
    ['hub://hub.example.org', undefined, 'https://hub.example.org', ''],
    ['hub://hub.example.org:8443/a/b%20c', undefined, 'https://hub.example.org:8443', 'a/b%20c'],
    ['hub+http://[::1]:80/', undefined, 'http://[::1]:80', ''],
    ['hub://h.example/images/a', 'https://h.example/images/', 'https://h.example/images', '/a'],
    ['hub://h.example/images', 'https://h.example/images', 'https://h.example/images', ''],
    ['hub://h.example/images2', 'https://h.example/images', 'https://h.example', 'images2'],
    ['hub://other.example/images/a', 'https://h.example/images', 'https://other.example', 'images/a'],
  ])('%s (%s) is %s %s', (url, key, at, prefix) => {
    expect(parseUrl(url, key)).toEqual({ hub: at, prefix })
  })

  test.each([
    'hub:',
    'hub://',
    'hub:///prefix',
    'hub://user:secret@hub.example.org/prefix',
    'hub://hub.example.org/prefix?token=secret',
    'hub://hub.example.org/prefix#secret',
    'hub+http://hub.example.org/prefix',
    'hub://hub.example.org/../up',
    'hub://a b/prefix',
  ])('is refused, and what may be a secret not told: %s', async (url) => {
    const error: unknown = await openStore(url, adapters, { token: 'good' }).catch((thrown: unknown) => thrown)
    expect(error).toEqual(invalid)
    expect(String(error)).not.toContain('secret')
  })
})

describe('options', () => {
  const { file: key } = createKey('https://hub.example.org')

  test.each([
    ['nobody', {}],
    ['two at once', { token: 'a', key }],
    ['the key of another hub', { key, hub: 'https://other.example.org' }],
    ['an unknown option', { token: 'a', tokn: 'b' }],
    ['no hub', { hub: undefined, token: 'a' }],
    ['a hub without TLS', { hub: 'http://hub.example.org', token: 'a' }],
    ['a prefix that leads out', { token: 'a', prefix: 'a/../../b' }],
  ])('are refused: %s', (_, options) => {
    const all = { hub: 'https://hub.example.org', ...options } as Parameters<typeof hubStore>[0]
    expect(() => hubStore(all)).toThrow(invalid)
  })

  test('a key says where its hub is', () => {
    expect(hubStore({ key }).scheme).toBe('hub')
  })

  test('the root of this package needs nothing of Node', async () => {
    const seen = new Set<string>()
    const { readFile } = await import('node:fs/promises')
    const visit = async (file: URL): Promise<void> => {
      if (seen.has(file.href)) return
      seen.add(file.href)
      const source = await readFile(file, 'utf8')
      expect(source).not.toMatch(/from 'node:|\bBuffer\b|\bprocess\./u)
      for (const [, path = ''] of source.matchAll(/from '(\.[^']+)'/gu)) await visit(new URL(path, file))
    }
    await visit(new URL('index.ts', import.meta.url))
    expect(seen.size).toBeGreaterThan(10)
  })
})
