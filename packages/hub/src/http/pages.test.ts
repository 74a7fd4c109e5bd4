import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { folderPages } from '../node/folder-pages.ts'
import { openRig, temporaryFolder } from '../testing/rig.ts'

async function openApp() {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<title>app</title>')
  writeFileSync(join(folder, 'assets/main-1a2b.js'), 'run()')
  writeFileSync(join(folder, '.secret.json'), '{}')
  const pages = folderPages(folder, { connect: ['https://storage.example.org'], config: { hub: '/' } })
  const rig = await openRig({ pages })
  return { send: rig.send.bind(rig) }
}

test('an app is served on the paths that the hub has no use for, with a policy of its own', async () => {
  const { send } = await openApp()
  for (const path of [
    '/',
    '/s/AAAAAAAAAAAAAAAAAAAAAA',
    '/s/AAAAAAAAAAAAAAAAAAAAAA/',
    '/s/AAAAAAAAAAAAAAAAAAAAAA%231.AAAA',
    '/worklist',
  ]) {
    const response = await send('GET', path)
    expect([path, response.status, await response.text()]).toEqual([path, 200, '<title>app</title>'])
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe(path.startsWith('/s/') ? 'no-store' : 'no-cache')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
    expect(policy).toContain("connect-src 'self' https://storage.example.org;")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy.replace("style-src-attr 'unsafe-inline'", '')).not.toContain("'unsafe-")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  }
  const script = await send('GET', '/assets/main-1a2b.js')
  expect(await script.text()).toBe('run()')
  expect(script.headers.get('cache-control')).toContain('immutable')
  expect(await (await send('GET', '/app.json')).json()).toEqual({ hub: '/' })
})

test('what is the hub’s own stays so', async () => {
  const { send } = await openApp()
  for (const path of ['/healthz', '/openapi.json']) {
    const response = await send('GET', path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; frame-ancestors")
  }
  expect((await send('GET', '/v1/shares')).status).toBe(401)
  expect((await send('GET', '/v1/nothing')).status).toBe(404)
  expect((await send('POST', '/worklist', { body: 'x' })).status).toBe(404)
})

test.each(['/nothing.js', '/.secret.json', '/assets', '/%2e%2e/x.json', '/assets/..%2findex.html', '/a//b.js'])(
  'nothing else of the disk is served: %s',
  async (path) => {
    const response = await (await openApp()).send('GET', path)
    const text = await response.text()
    expect([404, 200]).toContain(response.status)
    expect(text.includes('{}') || text.includes('run()')).toBe(false)
  },
)
