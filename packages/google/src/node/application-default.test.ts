import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { toCall } from '@gantry/core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { healthcareScope } from '../oauth/scopes.ts'
import { failure, Rig } from '../testing/rig.ts'
import { applicationDefaultTokens, serviceAccountTokens } from './application-default.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const email = 'importer@my-project.iam.gserviceaccount.com'
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-google-'))
  const key = { type: 'service_account', project_id: 'my-project', private_key: pem, client_email: email }
  await writeFile(join(folder, 'key.json'), JSON.stringify({ ...key, private_key_id: 'k', client_id: '1' }))
  await writeFile(join(folder, 'damaged.json'), JSON.stringify({ ...key, private_key: pem.replaceAll('A', 'B') }))
  await writeFile(join(folder, 'none.json'), JSON.stringify({ private_key: pem }))
})
afterAll(async () => await rm(folder, { recursive: true }))

const rigOf = async () =>
  await Rig.make({ serviceAccounts: { [email]: publicKey.export({ type: 'spki', format: 'pem' }).toString() } })

/** What is meant for Google goes to the server that stands for it. */
function toRig(rig: Rig) {
  return async (url: string, init: RequestInit) =>
    await fetch(url.replace('https://oauth2.googleapis.com', rig.google.url), init)
}

describe('a service account', () => {
  test('brings access tokens, by an assertion that its key signs; another each time', async () => {
    await using rig = await rigOf()
    const fetchToken = serviceAccountTokens({ keyFile: join(folder, 'key.json'), fetch: toRig(rig) })
    const first = await fetchToken(toCall())
    expect(first.expires - Date.now()).toBeGreaterThan(3_000_000)
    expect((await fetchToken(toCall())).token).not.toBe(first.token)
    const { form } = rig.google.requests[0] ?? { form: new URLSearchParams() }
    const [, claims = ''] = (form.get('assertion') ?? '').split('.')
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      scope: expect.stringContaining(healthcareScope),
    })
  })

  test('that is not known brings none, and nothing of its key is told', async () => {
    await using rig = await Rig.make()
    const fetchToken = serviceAccountTokens({ keyFile: join(folder, 'key.json'), fetch: toRig(rig) })
    const error = await failure(fetchToken(toCall()))
    expect(error.code).toBe('unauthenticated')
    expect(error.cause).toBeUndefined()
  })

  test('whose key is damaged brings none', async () => {
    const error = await failure(serviceAccountTokens({ keyFile: join(folder, 'damaged.json') })(toCall()))
    expect(error.code).toBe('unauthenticated')
  })

  test.each(['none.json', 'nowhere.json'])('needs a key file that is one: %s', async (name) => {
    const error = await failure(serviceAccountTokens({ keyFile: join(folder, name) })(toCall()))
    expect(error.code).toBe('invalid')
    expect(`${error.message} ${String(error.cause)}`).not.toContain('PRIVATE')
    expect(error.message).toContain('key file')
  })

  test('is not asked for when the call was stopped', async () => {
    const call = serviceAccountTokens({ keyFile: join(folder, 'key.json') })({ signal: AbortSignal.abort() })
    expect((await failure(call)).code).toBe('cancelled')
  })
})

describe('the application default credentials', () => {
  afterEach(() => void vi.unstubAllEnvs())

  test('are looked for where Google\u2019s own tools do', async () => {
    await using rig = await rigOf()
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(folder, 'key.json'))
    const fetchToken = applicationDefaultTokens({ fetch: toRig(rig) })
    const { token } = await fetchToken(toCall())
    expect(token).toMatch(/^ya29/u)
    expect((await fetchToken(toCall())).token).not.toBe(token)
  })

  test('that are not there are missed, with what to do', async () => {
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(folder, 'nowhere.json'))
    const error = await failure(applicationDefaultTokens()(toCall()))
    expect(error.code).toBe('unauthenticated')
    expect(error.message).toContain('gcloud auth application-default login')
  })
})

test('without the package it says which one is needed', async () => {
  vi.doMock('google-auth-library', () => {
    throw new Error('Cannot find package')
  })
  const error = await failure(applicationDefaultTokens()(toCall()))
  vi.doUnmock('google-auth-library')
  expect(error.code).toBe('unsupported')
  expect(error.message).toContain('npm install google-auth-library')
})
