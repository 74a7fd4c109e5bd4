import { HeadObjectCommand, PutObjectLegalHoldCommand } from '@aws-sdk/client-s3'
import { bytesOf } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import type { S3Options } from './options.ts'
import { failure, hello, openLocked, openStub, put } from './test-rig.ts'

const Bucket = 'locked'
const storageClasses = ['STANDARD', 'STANDARD_IA']

describe('what is locked, and moves to another class', () => {
  test.each<{ more: Partial<S3Options>; mode: string }>([
    { more: { retention: 'governance' }, mode: 'with the option' },
    { more: {}, mode: 'without it' },
  ])('is retained and held as before, $mode', async ({ more }) => {
    const { open, client } = await openLocked()
    const writer = open({ retention: 'compliance' })
    // Not a whole second: S3 is told the next one.
    const retainUntil = Date.UTC(2040, 0) - 1
    await writer.write({ path: 'retained', size: hello.length, retainUntil }, bytesOf(hello))
    await put(writer, 'held')
    await client.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'held', LegalHold: { Status: 'ON' } }))
    await put(writer, 'free')
    const store = open({ storageClasses, ...more })
    const locks: unknown[] = []
    for (const path of ['retained', 'held', 'free']) {
      expect(await store.setTier(path, 'STANDARD_IA')).toMatchObject({ path, tier: 'STANDARD_IA' })
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: path }))
      locks.push([head.ObjectLockMode, head.ObjectLockRetainUntilDate?.getTime(), head.ObjectLockLegalHoldStatus])
    }
    expect(locks).toEqual([
      ['COMPLIANCE', Date.UTC(2040, 0), undefined],
      [undefined, undefined, 'ON'],
      [undefined, undefined, undefined],
    ])
  })

  test('is asked for where HEAD does not tell of it, and the one that may not know of it moves nothing', async () => {
    let copies = 0
    const store = await openStub(
      ({ method, url = '' }) => {
        if (method === 'HEAD') return [200, { etag: '"x"', 'content-length': '5' }]
        if (url.includes('retention')) return [403, {}, '<Error><Code>AccessDenied</Code></Error>']
        copies += 1
        return [200, {}, '<CopyObjectResult></CopyObjectResult>']
      },
      { retention: 'compliance', storageClasses },
    )
    expect(await failure(store.setTier('entry', 'STANDARD_IA'))).toMatchObject({ code: 'permission_denied' })
    expect(copies).toBe(0)
  })

  test('is told of where the service lets go of the lock', async () => {
    let copied = false
    const lock = {
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': '2040-01-01T00:00:00Z',
    }
    const store = await openStub(
      ({ method }) => {
        if (method === 'HEAD') return [200, { etag: '"x"', 'content-length': '5', ...(!copied && lock) }]
        copied = true
        return [200, {}, '<CopyObjectResult></CopyObjectResult>']
      },
      { storageClasses },
    )
    expect(await failure(store.setTier('entry', 'STANDARD_IA'))).toMatchObject({ code: 'integrity' })
  })
})
