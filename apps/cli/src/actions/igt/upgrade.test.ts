import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

const tarball = Buffer.from('a package')
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keyid = 'SHA256:test'
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const signatureOf = (version: string) =>
  sign('sha256', Buffer.from(`@gantry/cli@${version}:${integrity}`), privateKey).toString('base64')

/** A registry, and an npm that only writes down what it is asked for. */
async function upgrade(change: { sig?: string; bytes?: Buffer; version?: string }) {
  const { version = '9.9.9', bytes = tarball, sig = signatureOf(version) } = change
  await using bench = await Workbench.make()
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`
    const dist = { tarball: `${url}/it.tgz`, integrity, signatures: [{ keyid, sig }] }
    if (request.url === '/it.tgz') response.end(bytes)
    else if (request.url === '/-/npm/v1/keys') response.end(JSON.stringify({ keys: [{ keyid, key, expires: null }] }))
    else if (request.url?.startsWith('/@gantry%2fcli/') === true) response.end(JSON.stringify({ version, dist }))
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await mkdir(bench.path('bin'))
    await writeFile(bench.path('bin/npm'), `#!/bin/sh\necho "$@" > "${bench.path('asked')}"\n`)
    await chmod(bench.path('bin/npm'), 0o755)
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = { npm_config_registry: registry, PATH: `${bench.path('bin')}:${process.env['PATH'] ?? ''}` }
    const result = await bench.gantry(['igt', 'upgrade'], { env })
    return { ...result, asked: await bench.read('asked').catch(() => undefined) }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

test('defect 11: what is signed and whole is installed, by the bytes that were verified', async () => {
  const { code, asked } = await upgrade({})
  expect(code).toBe(0)
  expect(asked).toMatch(/^install --global --ignore-scripts .*package\.tgz\n$/u)
})

test.each([
  ['of another signature', { sig: signatureOf('9.9.8') }],
  ['without a signature that is one', { sig: '' }],
  ['of other bytes', { bytes: Buffer.from('another one') }],
])('defect 11: a package %s is never handed to npm', async (_name, change) => {
  const { code, asked, stderr } = await upgrade(change)
  expect(code).toBe(1)
  expect(stderr).toContain('cannot be verified')
  expect(asked).toBeUndefined()
})

test('what is installed already is left alone', async () => {
  const { code, asked } = await upgrade({ version: '0.0.0' })
  expect(code).toBe(0)
  expect(asked).toBeUndefined()
})
