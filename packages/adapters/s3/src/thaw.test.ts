import { bytesOf, Store } from '@gantry/core'
import { startS3Server } from '@gantry/testkit/s3-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { s3 } from './s3.ts'
import { awsStorageClasses } from './tiers.ts'
import { failure, get, hello, openStub } from './test-rig.ts'

const minute = 60_000
const hour = 60 * minute
let now = Date.now()
let server: Awaited<ReturnType<typeof startS3Server>>
let store: Store

beforeAll(async () => {
  server = await startS3Server({ buckets: ['gantry'], now: () => now, thawTime: minute })
  const { url: endpoint, region, credentials } = server
  const options = { bucket: 'gantry', endpoint, region, credentials, storageClasses: [...awsStorageClasses] }
  store = new Store(s3(options))
})
afterAll(async () => {
  await store.close()
  await server.close()
})

describe('what lies in Glacier', () => {
  test('the words name classes, and which of them have to be thawed', () => {
    expect(store.abilities.tier).toMatchObject({
      words: { hot: 'STANDARD', cool: 'STANDARD_IA', cold: 'GLACIER_IR', frozen: 'DEEP_ARCHIVE' },
      frozen: ['GLACIER', 'DEEP_ARCHIVE'],
    })
  })

  test.each(['GLACIER', 'DEEP_ARCHIVE'])(
    '%s is refused, thawed when it was asked for, and not asked for twice',
    async (tier) => {
      await store.write({ path: tier, size: hello.length, tier }, bytesOf(hello))
      expect((await store.stat(tier)).tier).toBe(tier)
      expect(await failure(get(store, tier))).toMatchObject({ code: 'unsupported', retryable: false })
      expect(await store.thaw(tier, { days: 2, speed: 'fast' })).toEqual({ ready: false })
      expect(await store.thaw(tier, { days: 2 })).toEqual({ ready: false })
      const asked = server.requests.RestoreObject
      now += minute
      const thawed = await store.thaw(tier, { days: 2 })
      expect(thawed.ready).toBe(true)
      expect((thawed.until ?? 0) - now).toBeGreaterThan(47 * hour)
      expect(Buffer.from(await get(store, tier)).toString()).toBe('hello')
      // What is ready is not asked for again.
      expect(server.requests.RestoreObject).toBe(asked)
    },
  )

  test('what is not frozen is ready, and nothing is asked of the service', async () => {
    await store.write({ path: 'warm', size: hello.length, tier: 'GLACIER_IR' }, bytesOf(hello))
    const before = server.requests.RestoreObject
    expect(await store.thaw('warm', { days: 1 })).toEqual({ ready: true })
    expect(server.requests.RestoreObject).toBe(before)
    expect(await failure(store.thaw('nothing', { days: 1 }))).toMatchObject({ code: 'not_found' })
  })
})

describe('what Intelligent-Tiering has put into an archive', () => {
  test.each([
    ['ARCHIVE_ACCESS', 'Expedited'],
    ['DEEP_ARCHIVE_ACCESS', 'Standard'],
  ])('of %s is asked for, for no number of days, and is ready when it has left it', async (status, speed) => {
    let told: { readonly [name: string]: string } = { 'x-amz-archive-status': status }
    const asked: string[] = []
    const entry = { etag: '"x"', 'content-length': '5', 'x-amz-storage-class': 'INTELLIGENT_TIERING' }
    const intelligent = await openStub(
      ({ method }, body) => {
        if (method === 'HEAD') return [200, { ...entry, ...told }]
        asked.push(body)
        told = { ...told, 'x-amz-restore': 'ongoing-request="true"' }
        return [202]
      },
      { storageClasses: [...awsStorageClasses] },
    )
    expect(await intelligent.thaw('entry', { days: 2, speed: 'fast' })).toEqual({ ready: false })
    expect(await intelligent.thaw('entry', { days: 2, speed: 'fast' })).toEqual({ ready: false })
    expect(asked).toEqual([expect.stringContaining(`<Tier>${speed}</Tier>`)])
    expect(asked[0]).not.toContain('Days')
    told = {}
    expect(await intelligent.thaw('entry', { days: 2 })).toEqual({ ready: true })
    // Archived again, it is asked for again.
    told = { 'x-amz-archive-status': status, 'x-amz-restore': 'ongoing-request="false"' }
    expect(await intelligent.thaw('entry', { days: 2 })).toEqual({ ready: false })
    expect(asked).toHaveLength(2)
  })
})
