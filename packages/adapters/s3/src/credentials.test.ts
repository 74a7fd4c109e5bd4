import { Store } from '@gantry/core'
import type { S3Credential } from '@gantry/testkit/s3-server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { type CredentialsProvider, s3 } from './index.ts'
import { DoubleRig, failure, get, list, put, uploadsOf } from './test-rig.ts'

let rig: DoubleRig
beforeEach(async () => {
  rig = await DoubleRig.start()
})
afterEach(async () => await rig.close())

const temporary = (n: number, lifetime: number): S3Credential => ({
  accessKeyId: `TEMPORARY${n}`,
  secretAccessKey: `secret${n}`,
  sessionToken: `token${n}`,
  expiration: new Date(Date.now() + lifetime),
})

describe('credentials', () => {
  test('from a provider, asked once for any number of calls', async () => {
    let asked = 0
    const store = rig.open({
      async credentials() {
        asked += 1
        const credential = temporary(asked, 3_600_000)
        rig.server.admit(credential)
        return credential
      },
    })
    await Promise.all(Array.from({ length: 20 }, async (_, index) => await put(store, `entry-${index}`)))
    expect(await list(store)).toHaveLength(20)
    expect(asked).toBe(1)
  })

  test('are replaced before they expire', async () => {
    let asked = 0
    const store = rig.open({
      async credentials() {
        asked += 1
        // What is left is less than what a long call may take.
        const credential = temporary(asked, asked === 1 ? 60_000 : 3_600_000)
        rig.server.admit(credential)
        return credential
      },
    })
    await put(store, 'a')
    await put(store, 'b')
    await put(store, 'c')
    expect(asked).toBe(2)
  })

  test('that the service refuses early are replaced once, on every road', async () => {
    let current = 1
    const asked: (boolean | undefined)[] = []
    const provider: CredentialsProvider = async (options) => {
      asked.push(options?.forceRefresh)
      const credential = { ...temporary(current, 3_600_000) }
      rig.server.admit(credential)
      return credential
    }
    const store = rig.open({ credentials: provider })
    await put(store, 'entry')
    const expire = () => {
      rig.server.admit({ ...temporary(current, 0), expiration: new Date(0) })
      current += 1
    }
    for (const call of [
      async () => await get(store, 'entry'),
      async () => await store.stat('entry'),
      async () => await put(store, 'entry'),
      async () => await list(store),
      async () => await uploadsOf(store).begin({ path: 'parts' }),
    ]) {
      expire()
      await call()
    }
    expect(asked).toEqual([false, true, true, true, true, true])
  })

  test('that stay refused are an error, and not asked for without end', async () => {
    let asked = 0
    const store = rig.open({
      async credentials() {
        asked += 1
        return temporary(1, 3_600_000)
      },
    })
    rig.server.admit({ ...temporary(1, 0), expiration: new Date(0) })
    expect((await failure(get(store, 'entry'))).code).toBe('unauthenticated')
    expect((await failure(list(store))).code).toBe('unauthenticated')
    expect(asked).toBeLessThanOrEqual(4)
  })

  test('that cannot be had', async () => {
    const store = rig.open({
      async credentials() {
        throw new Error('The vault is shut.')
      },
    })
    expect((await failure(put(store, 'entry'))).code).toBe('unauthenticated')
    expect((await failure(list(store))).code).toBe('unauthenticated')
  })

  test("from AWS's default chain, as are endpoint and region", async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', rig.server.credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', rig.server.credentials.secretAccessKey)
    vi.stubEnv('AWS_ENDPOINT_URL_S3', rig.server.url)
    vi.stubEnv('AWS_REGION', rig.server.region)
    const store = new Store(s3({ bucket: 'gantry', pathStyle: true }))
    try {
      await put(store, 'entry')
      expect(await list(store)).toHaveLength(1)
      expect(await store.sign('entry', { expiresIn: 60 })).toContain(`${rig.server.url}/gantry/entry?`)
    } finally {
      await store.close()
      vi.unstubAllEnvs()
    }
  })

  test('none, for public buckets', async () => {
    await put(rig.open({ bucket: 'public' }), 'entry')
    const store = rig.open({ bucket: 'public', credentials: 'anonymous' })
    expect(store.abilities.sign).toBeUndefined()
    expect(await get(store, 'entry')).toHaveLength(5)
    expect(await list(store)).toHaveLength(1)
    expect((await store.stat('entry')).size).toBe(5)
    expect((await failure(put(store, 'other'))).code).toBe('permission_denied')
  })
})
