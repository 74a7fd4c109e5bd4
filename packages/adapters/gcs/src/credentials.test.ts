import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { gcs } from './gcs.ts'
import { failure, paths, put, Rig } from './test-rig.ts'
import { Store } from '@gantry/core'

let rig: Rig
let folder: string
/** What the token service answers, and how often it was asked. */
const tokens = { status: 200, asked: 0 }
const service = createServer((request, response) => {
  tokens.asked += 1
  request.resume().on('end', () => {
    response.writeHead(tokens.status, { 'content-type': 'application/json' })
    const token = { access_token: 'good', issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' }
    response.end(JSON.stringify(tokens.status === 200 ? { ...token, token_type: 'Bearer', expires_in: 3600 } : {}))
  })
})

beforeEach(async () => {
  rig = await Rig.start()
  folder = await mkdtemp(join(tmpdir(), 'gantry-gcs-credentials-'))
  Object.assign(tokens, { status: 200, asked: 0 })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', () => resolve()))
  // Nobody asks the network of this machine who we are.
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
  vi.stubEnv('HOME', folder)
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  service.closeAllConnections()
  await new Promise((resolve) => service.close(resolve))
  await rig.close()
  await rm(folder, { recursive: true, force: true })
})

/** Credentials of a workload, which get their tokens from a service of ours. */
async function useWorkload(): Promise<void> {
  const { port } = service.address() as AddressInfo
  await writeFile(join(folder, 'subject'), 'the secret of the workload')
  const about = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `http://127.0.0.1:${port}/token`,
    credential_source: { file: join(folder, 'subject') },
  }
  await writeFile(join(folder, 'adc.json'), JSON.stringify(about))
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(folder, 'adc.json'))
}

function open(): Store {
  return new Store(gcs({ bucket: 'gantry', endpoint: rig.server.url, environment: {}, anonymous: false }))
}

test('application default credentials: one token for any number of calls, and another when it is refused', async () => {
  await useWorkload()
  const store = open()
  await Promise.all(['a', 'b', 'c'].map(async (path) => await put(store, path)))
  expect(await paths(store)).toEqual(['a', 'b', 'c'])
  expect(tokens.asked).toBe(1)
  rig.server.expel('good')
  expect((await failure(store.stat('a'))).code).toBe('unauthenticated')
  expect(tokens.asked).toBe(2)
  await store.close()
})

test('credentials that are refused, or not there, are named without what they hold', async () => {
  const none = await failure(open().stat('a'))
  expect(none).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('gcloud auth') })
  await useWorkload()
  tokens.status = 400
  const refused = await failure(open().stat('a'))
  expect(refused.code).toBe('unauthenticated')
  expect(inspect(refused, { depth: 10 })).not.toContain('the secret')
  expect(rig.server.requests['objects.get']).toBeUndefined()
})

test('who has no key, and nobody who signs, is told what that takes', async () => {
  await useWorkload()
  const error = await failure(open().sign('a', { expiresIn: 60 }))
  expect(error.code).toBe('permission_denied')
  expect(error.message).toContain('roles/iam.serviceAccountTokenCreator')
  expect(inspect(error, { depth: 10 })).not.toContain('the secret')
})
