import { inspect } from 'node:util'

import { bytesOf, type Store } from '@gantry/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { s3 } from './s3.ts'
import { DoubleRig, failure, get, hello, large, list, put, uploadsOf } from './test-rig.ts'

let rig: DoubleRig
beforeEach(async () => {
  rig = await DoubleRig.start()
})
afterEach(async () => await rig.close())

const wrong = (options: object) => () => s3({ bucket: 'gantry', ...options })

/** A call on every road; removal and uploads too. */
function callsOf(store: Store, path: string): (() => Promise<unknown>)[] {
  return [
    async () => await put(store, path),
    async () => await get(store, path),
    async () => await list(store),
    async () => await store.remove(path),
    async () => await uploadsOf(store).begin({ path }),
  ]
}

describe('errors', () => {
  test.each([
    [503, 'SlowDown', 'rate_limited'],
    [429, 'TooManyRequests', 'rate_limited'],
    [503, 'ServiceUnavailable', 'unavailable'],
    [500, 'InternalError', 'unavailable'],
    [400, 'RequestTimeout', 'timeout'],
    [400, 'BadDigest', 'integrity'],
    [403, 'QuotaExceeded', 'read_only'],
    [507, 'InsufficientStorage', 'read_only'],
    [403, 'AccessDenied', 'permission_denied'],
    [403, 'InvalidAccessKeyId', 'unauthenticated'],
    [403, 'SignatureDoesNotMatch', 'unauthenticated'],
    [400, 'KeyTooLongError', 'invalid'],
    [410, 'SomethingElse', 'not_found'],
    [409, 'SomethingElse', 'invalid'],
    [409, 'OperationAborted', 'unavailable'],
  ] as const)('%i %s is %s', async (status, code, expected) => {
    const store = rig.open()
    const rule = { times: Infinity, does: { kind: 'answer', status, code, retryAfter: 60 } } as const
    rig.server.fault(rule)
    for (const call of callsOf(store, 'a')) {
      expect(await failure(call())).toMatchObject({ code: expected, retryAfter: 60_000 })
    }
  })

  test('501 NotImplemented is unsupported, but for uploads in parts, which it can be done without', async () => {
    const store = rig.open()
    rig.server.fault({ times: Infinity, does: { kind: 'answer', status: 501, code: 'NotImplemented' } })
    for (const call of callsOf(store, 'a').slice(0, -1)) {
      expect(await failure(call())).toMatchObject({ code: 'unsupported' })
    }
    const begun = uploadsOf(store).begin({ path: 'a' })
    expect(await failure(begun)).toMatchObject({ code: 'unavailable', message: expect.stringContaining('parts') })
    expect(store.uploads).toBeUndefined()
  })

  test('a bucket that is not there is named as that, on every road', async () => {
    const store = rig.open({ bucket: 'nobucket' })
    for (const call of callsOf(store, 'a')) {
      expect(await failure(call())).toMatchObject({
        code: 'not_found',
        message: expect.stringContaining('no such bucket'),
      })
    }
  })

  test('retention in a bucket without Object Lock is refused before anything is sent', async () => {
    const store = rig.open({ retention: 'governance' })
    const retained = { path: 'a', size: 5, retainUntil: Date.now() + 1e9 }
    for (const call of [
      async () => await store.write(retained, bytesOf(new Uint8Array(5))),
      async () => await uploadsOf(store).begin(retained),
      async () => await store.checkRetention(),
    ]) {
      expect(await failure(call())).toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining('no Object Lock'),
      })
    }
    expect(rig.server.requests.PutObject).toBeUndefined()
  })

  test('a name that stands where a folder is needed says so, and is not tried again', async () => {
    const store = rig.open()
    const does = { kind: 'answer', status: 409, code: 'ObjectParentIsFile' } as const
    const refused = { code: 'invalid', retryable: false, message: expect.stringContaining('folder') as string }
    for (const operation of ['PutObject', 'CreateMultipartUpload'] as const) rig.server.fault({ operation, does })
    expect(await failure(put(store, 'a/b'))).toMatchObject(refused)
    expect(await failure(uploadsOf(store).begin({ path: 'a/b' }))).toMatchObject(refused)
  })

  test('HEAD, whose answers have no body, is explained', async () => {
    await put(rig.open(), 'entry')
    const strange = { ...rig.server.credentials, secretAccessKey: 'wrong' }
    expect((await failure(rig.open({ credentials: strange }).stat('entry'))).code).toBe('unauthenticated')
    expect((await failure(rig.open({ credentials: 'anonymous' }).stat('entry'))).code).toBe('permission_denied')
    expect((await failure(rig.open().stat('nothing'))).code).toBe('not_found')
    rig.server.fault({ operation: 'HeadObject', times: 3, does: { kind: 'answer', status: 503 } })
    expect((await failure(rig.open().stat('entry'))).code).toBe('rate_limited')
  })

  test('a stall is a timeout', async () => {
    const store = rig.open({ stallSeconds: 1 })
    await put(store, 'entry', large)
    rig.server.fault({ operation: 'GetObject', does: { kind: 'stall', when: 'response-body', bytes: 100_000 } })
    rig.server.fault({ operation: 'PutObject', does: { kind: 'stall', when: 'request-body', bytes: 100_000 } })
    rig.server.fault({ operation: 'UploadPart', does: { kind: 'stall', when: 'after' } })
    const uploads = uploadsOf(store)
    const upload = await uploads.begin({ path: 'parts' })
    const stalled = await Promise.all([
      failure(get(store, 'entry')),
      failure(put(store, 'other', large)),
      failure(uploads.putPart(upload, { number: 1, offset: 0, size: 5 }, bytesOf(hello))),
    ])
    for (const error of stalled) expect(error).toMatchObject({ code: 'timeout', retryable: true })
  })

  test('name neither keys nor paths, however they are printed', async () => {
    const credentials = { accessKeyId: 'AKIDSECRETLY', secretAccessKey: 'SECRETLY', sessionToken: 'TOKENLY' }
    const store = rig.open({ credentials })
    const path = 'Doe^Jane/1970'
    for (const call of callsOf(store, path)) {
      const error = await failure(call())
      expect(error.code).toBe('unauthenticated')
      const { path: _, ...rest } = error
      const printed = inspect({ ...rest, message: error.message, stack: error.stack, cause: error.cause }, { depth: 9 })
      expect(printed).not.toMatch(/AKIDSECRETLY|SECRETLY|TOKENLY|Doe|Signature=/u)
    }
  })

  test.each([
    'https://user@s3.example.org',
    'https://user:secret@s3.example.org',
    'https://s3.example.org/?secret=1',
    'https://s3.example.org#secret',
  ])('an endpoint with more than a place: %s', (endpoint) => {
    expect(wrong({ endpoint })).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.not.stringContaining('secret') }),
    )
  })

  test('options that are wrong', () => {
    expect(wrong({ endpoint: 'ftp://x' })).toThrow('endpoint')
    expect(wrong({ partSize: 5 })).toThrow('partSize')
    expect(wrong({ colour: 'red' })).toThrow('colour')
    expect(wrong({ bucket: 'a/b' })).toThrow('bucket')
  })
})
