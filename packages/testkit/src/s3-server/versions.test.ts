import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startS3Server } from './index.ts'

const server = await startS3Server({ buckets: ['versions'] })
const client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })

afterAll(async () => {
  client.destroy()
  await server.close()
})

const later = (days: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000)
const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })

describe('versions', () => {
  const Bucket = 'versions'
  const put = async (Key: string, Body: string) =>
    (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId
  const read = async (Key: string, VersionId?: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString()
  const turn = (Status: 'Enabled' | 'Suspended') =>
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))

  test('of a key are all kept, and one of them is the newest', async () => {
    expect(await put('k', 'before')).toBeUndefined()
    await turn('Enabled')
    expect(await client.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' })
    const first = await put('k', '1')
    const second = await put('k', '2')
    expect([await read('k'), await read('k', first), await read('k', 'null')]).toEqual(['2', '1', 'before'])
    await expect(read('k', 'none')).rejects.toMatchObject(refusal('NoSuchVersion', 404))
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'k' }))
    expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second, true],
      [first, false],
      ['null', false],
    ])
  })

  test('are hidden by a delete marker, and seen again when it is deleted', async () => {
    const version = await put('hidden', '1')
    const { VersionId: marker, DeleteMarker } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'hidden' }))
    expect(DeleteMarker).toBe(true)
    await expect(read('hidden')).rejects.toMatchObject(refusal('NoSuchKey', 404))
    await expect(read('hidden', marker)).rejects.toMatchObject(refusal('MethodNotAllowed', 405))
    expect(await read('hidden', version)).toBe('1')
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'hidden' }))
    expect(Contents).toBeUndefined()
    const { DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'hidden' }))
    expect(DeleteMarkers).toMatchObject([{ Key: 'hidden', VersionId: marker, IsLatest: true }])
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'hidden', VersionId: marker }))
    expect(await read('hidden')).toBe('1')
    const Objects = [{ Key: 'hidden', VersionId: version }]
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    await expect(read('hidden')).rejects.toMatchObject(refusal('NoSuchKey', 404))
  })

  test('are listed page by page', async () => {
    const made: (string | undefined)[] = []
    for (const [Key, Body] of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].entries()) {
      made.push(await put(`paged/${Body.slice(0, 1)}`, String(Key)))
    }
    const found: (string | undefined)[] = []
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
    for (let more = true; more;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'paged/', MaxKeys: 2, ...marker }))
      found.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId))
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      more = page.IsTruncated ?? false
    }
    expect(found).toEqual([made[2], made[1], made[0], made[4], made[3], made[5]])
  })

  test('suspended, a write replaces what has no version', async () => {
    const kept = await put('s', 'kept')
    await turn('Suspended')
    expect(await put('s', '1')).toBe('null')
    expect(await put('s', '2')).toBe('null')
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 's' }))
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(['null', kept])
  })
})

describe('object lock', () => {
  const Bucket = 'locked'
  const put = async (Key: string, input: Partial<PutObjectCommandInput> = {}) =>
    (await client.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...input }))).VersionId
  const remove = (Key: string, VersionId: string | undefined, BypassGovernanceRetention = false) =>
    client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention }))
  const retain = (Key: string, Mode: 'GOVERNANCE' | 'COMPLIANCE', days: number, BypassGovernanceRetention = false) =>
    client.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key,
        Retention: { Mode, RetainUntilDate: later(days) },
        BypassGovernanceRetention,
      }),
    )

  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  })

  test('what is put with a retention cannot be deleted, only hidden', async () => {
    const until = later(1)
    const ObjectLockMode = 'COMPLIANCE'
    const version = await put('put', { ObjectLockMode, ObjectLockRetainUntilDate: until })
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'put' }))
    expect(head).toMatchObject({ ObjectLockMode, ObjectLockRetainUntilDate: until })
    await expect(remove('put', version, true)).rejects.toMatchObject(refusal('AccessDenied', 403))
    const Objects = [{ Key: 'put', VersionId: version }]
    const many = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(many.Errors).toMatchObject([{ Key: 'put', Code: 'AccessDenied' }])
    await remove('put', undefined)
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'put', VersionId: version }))
    expect(await got.Body?.transformToString()).toBe('put')
    await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(refusal('BucketNotEmpty', 409))
  })

  test('compliance can only be made longer, by nobody shorter', async () => {
    await put('compliance')
    await retain('compliance', 'COMPLIANCE', 2)
    await retain('compliance', 'COMPLIANCE', 3)
    await expect(retain('compliance', 'COMPLIANCE', 1, true)).rejects.toMatchObject(refusal('AccessDenied', 403))
    await expect(retain('compliance', 'GOVERNANCE', 9, true)).rejects.toMatchObject(refusal('AccessDenied', 403))
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket, Key: 'compliance' }))
    expect(Retention?.Mode).toBe('COMPLIANCE')
  })

  test('governance gives way to who may bypass it', async () => {
    const version = await put('governance')
    await retain('governance', 'GOVERNANCE', 2)
    await expect(retain('governance', 'GOVERNANCE', 1)).rejects.toMatchObject(refusal('AccessDenied', 403))
    await retain('governance', 'GOVERNANCE', 1, true)
    await expect(remove('governance', version)).rejects.toMatchObject(refusal('AccessDenied', 403))
    await remove('governance', version, true)
    await expect(
      client.send(new HeadObjectCommand({ Bucket, Key: 'governance', VersionId: version })),
    ).rejects.toMatchObject(refusal('NotFound', 404))
  })

  test('a legal hold lasts until it is taken away', async () => {
    const version = await put('hold', { ObjectLockLegalHoldStatus: 'ON' })
    await expect(remove('hold', version, true)).rejects.toMatchObject(refusal('AccessDenied', 403))
    const LegalHold = { Status: 'OFF' } as const
    await client.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'hold', LegalHold }))
    expect(await client.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'hold' }))).toMatchObject({ LegalHold })
    await remove('hold', version)
  })

  test('a bucket may have a default', async () => {
    const ObjectLockConfiguration = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 7 } },
    } as const
    await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }))
    const told = await client.send(new GetObjectLockConfigurationCommand({ Bucket }))
    expect(told).toMatchObject({ ObjectLockConfiguration })
    await put('default')
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket, Key: 'default' }))
    expect(Retention?.Mode).toBe('GOVERNANCE')
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(later(6).getTime())
  })

  test('needs a bucket that has it, a date in the future, and a checksum', async () => {
    const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: later(1) } as const
    const past = { ...lock, ObjectLockRetainUntilDate: later(-1) }
    await expect(put('x', { Bucket: 'versions', ...lock })).rejects.toMatchObject(refusal('InvalidRequest', 400))
    await expect(put('x', past)).rejects.toMatchObject(refusal('InvalidArgument', 400))
    const unchecked = new S3Client({ ...server.clientConfig, requestChecksumCalculation: 'WHEN_REQUIRED' })
    unchecked.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> }
        for (const name of Object.keys(headers)) {
          if (/^x-amz-(?:checksum|sdk-checksum)-|^content-md5$/i.test(name)) delete headers[name]
        }
        return next(args)
      },
      { step: 'build', priority: 'low' },
    )
    const unproven = unchecked.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ...lock }))
    await expect(unproven).rejects.toMatchObject(refusal('InvalidRequest', 400))
    unchecked.destroy()
    const getLock = new GetObjectLockConfigurationCommand({ Bucket: 'versions' })
    await expect(client.send(getLock)).rejects.toMatchObject(refusal('ObjectLockConfigurationNotFoundError', 404))
    const suspend = { Bucket, VersioningConfiguration: { Status: 'Suspended' } } as const
    const turn = new PutBucketVersioningCommand(suspend)
    await expect(client.send(turn)).rejects.toMatchObject(refusal('InvalidBucketState', 409))
  })
})
