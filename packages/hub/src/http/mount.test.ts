import { expect, test } from 'vitest'

import { openRig } from '../testing/rig.ts'
import type { HubMount } from './mount.ts'

/** Answers what it was asked. */
const echo: HubMount = {
  path: '/dicom-web',
  scopes: { read: 'dicomweb:read', write: 'dicomweb:write' },
  fetch: async (request, { path }) => Response.json([request.method, path, await request.text()]),
}

async function ask() {
  const rig = await openRig({ mounts: [echo], origins: ['https://viewer.example.org'] })
  return { send: rig.send.bind(rig), token: rig.token.bind(rig) }
}

test('a mount is reached with its scopes alone', async () => {
  const { send, token } = await ask()
  const reader = await token('reader', { scopes: ['dicomweb:read'] })
  const writer = await token('writer', { scopes: ['dicomweb:read', 'dicomweb:write'] })
  const other = await token('other')
  const status = async (method: string, given: string | undefined) =>
    (await send(method, '/dicom-web/studies', { token: given, ...(method === 'POST' && { body: 'x' }) })).status
  expect(await status('GET', undefined)).toBe(401)
  expect(await status('GET', 'nonsense')).toBe(401)
  expect(await status('GET', other)).toBe(403)
  expect(await status('GET', reader)).toBe(200)
  expect(await status('HEAD', reader)).toBe(200)
  expect(await status('POST', reader)).toBe(403)
  expect(await status('POST', writer)).toBe(200)
  expect(await (await send('POST', '/dicom-web/studies/1.2', { token: writer, body: 'x' })).json()).toEqual([
    'POST',
    '/dicom-web/studies/1.2',
    'x',
  ])
})

test('a token that is held to prefixes does not reach a mount', async () => {
  const { send, token } = await ask()
  const held = await token('held', { scopes: ['dicomweb:read'], prefixes: ['studies'] })
  const response = await send('GET', '/dicom-web/studies', { token: held })
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ error: { details: [{ reason: 'prefix' }] } })
})

test('pages of the named origins may use it, and what protects the hub protects it', async () => {
  const { send, token } = await ask()
  const reader = await token('reader', { scopes: ['dicomweb:read'] })
  const headers = { origin: 'https://viewer.example.org' }
  const response = await send('GET', '/dicom-web/studies', { token: reader, headers })
  expect(response.headers.get('access-control-allow-origin')).toBe(headers.origin)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})
