import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, describe, expect, test } from 'vitest'
import { startS3Server } from './index.ts'

const Bucket = 'objects'
const server = await startS3Server({ buckets: [Bucket] })
const client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })
const body = randomBytes(300_000)
await client.send(new PutObjectCommand({ Bucket, Key: 'body', Body: body }))

afterAll(async () => {
  client.destroy()
  await server.close()
})

async function read(input: { Key: string; Range?: string; PartNumber?: number; IfMatch?: string }): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, ...input }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })

describe('what is put', () => {
  test('comes back, with its MD5 as entity tag and the checksum that it was sent with', async () => {
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'body' }))
    expect(body.equals((await got.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true)
    expect(got.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`)
    expect(got).toMatchObject({ ChecksumType: 'FULL_OBJECT', AcceptRanges: 'bytes', ContentLength: body.length })
    expect(got.ChecksumCRC32).toMatch(/^.{6}==$/)
  })

  test('may be a stream, whose checksum follows in a trailer', async () => {
    const Body = Readable.from([body.subarray(0, 100_000), body.subarray(100_000)])
    const put = await client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: body.length }))
    expect(put.ChecksumCRC32).toMatch(/^.{6}==$/)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'stream' }))
    expect(head.ContentEncoding).toBeUndefined()
    expect((await read({ Key: 'stream' })).equals(body)).toBe(true)
  })

  test.each(['', 'k', 'k/', 'k/b', "dir/ü 1+2%/é~!*'();:@&=$,?#[]/日本.dcm", '//x//', '../up', 'a\u0001b', '😀'])(
    'under the key %j',
    async (name) => {
      const Key = `keys/${name}`
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
      expect((await read({ Key })).toString()).toBe(Key)
    },
  )

  test('may be empty', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: new Uint8Array() }))
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'empty' }))).toMatchObject({ ContentLength: 0 })
    expect((await read({ Key: 'empty' })).length).toBe(0)
    await expect(read({ Key: 'empty', Range: 'bytes=0-' })).rejects.toMatchObject(refusal('InvalidRange', 416))
  })

  test('keeps its headers, metadata and storage class', async () => {
    const described = {
      ContentType: 'application/dicom',
      CacheControl: 'no-store',
      ContentEncoding: 'gzip',
      ContentDisposition: 'attachment',
      ContentLanguage: 'de',
      StorageClass: 'STANDARD_IA',
      Metadata: { 'study-uid': '1.2.3' },
    } as const
    await client.send(new PutObjectCommand({ Bucket, Key: 'described', Body: 'x', ...described }))
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'described' }))).toMatchObject(described)
    const other = { ...described, ContentType: 'text/plain', CacheControl: 'no-cache' }
    const got = await client.send(
      new GetObjectCommand({
        Bucket,
        Key: 'described',
        ResponseContentType: other.ContentType,
        ResponseCacheControl: other.CacheControl,
      }),
    )
    expect(got).toMatchObject(other)
    await got.Body?.transformToByteArray()
  })

  test.each([
    ['too much metadata', { Metadata: { a: 'x'.repeat(2048) } }, 'MetadataTooLarge'],
    ['a storage class that does not exist', { StorageClass: 'SOMEWHERE' as 'STANDARD' }, 'InvalidStorageClass'],
    ['too long a key', { Key: 'é'.repeat(513) }, 'KeyTooLongError'],
    ['two tags of one name', { Tagging: 'a=1&a=2' }, 'InvalidTag'],
    ['a malformed MD5', { ContentMD5: 'eA==' }, 'InvalidDigest'],
    ['a malformed checksum', { ChecksumCRC32: 'eA==' }, 'InvalidRequest'],
  ])('is refused with %s', async (_name, input, code) => {
    const put = new PutObjectCommand({ Bucket, Key: 'refused', Body: 'x', ...input })
    await expect(client.send(put)).rejects.toMatchObject(refusal(code, 400))
  })
})

describe('checksums', () => {
  const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const

  test.each(algorithms)('%s is verified, kept and told', async (ChecksumAlgorithm) => {
    const Key = `checksum-${ChecksumAlgorithm}`
    const name = `Checksum${ChecksumAlgorithm}` as const
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body: body, ChecksumAlgorithm }))
    expect(put[name]).toBeDefined()
    const told = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    expect(told[name]).toBe(put[name])
    const plain = await client.send(new HeadObjectCommand({ Bucket, Key }))
    expect(plain[name]).toBeUndefined()
    const attributes = await client.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['Checksum', 'ObjectSize', 'ETag'] }),
    )
    expect(attributes).toMatchObject({ ObjectSize: body.length, Checksum: { [name]: put[name] } })
  })

  test.each(algorithms)('a wrong %s is refused, and nothing is stored', async (ChecksumAlgorithm) => {
    const Key = `wrong-${ChecksumAlgorithm}`
    const other = await client.send(new PutObjectCommand({ Bucket, Key: 'other', Body: 'other', ChecksumAlgorithm }))
    const name = `Checksum${ChecksumAlgorithm}` as const
    const put = new PutObjectCommand({ Bucket, Key, Body: body, ChecksumAlgorithm, [name]: other[name] })
    await expect(client.send(put)).rejects.toMatchObject(refusal('BadDigest', 400))
    await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject(refusal('NotFound', 404))
  })

  test('a wrong MD5 is refused', async () => {
    const ContentMD5 = createHash('md5').update('other').digest('base64')
    const put = new PutObjectCommand({ Bucket, Key: 'wrong-md5', Body: body, ContentMD5 })
    await expect(client.send(put)).rejects.toMatchObject(refusal('BadDigest', 400))
  })

  test('where none is sent, none is told', async () => {
    const quiet = new S3Client({ ...server.clientConfig, requestChecksumCalculation: 'WHEN_REQUIRED' })
    await quiet.send(new PutObjectCommand({ Bucket, Key: 'unchecked', Body: 'x' }))
    quiet.destroy()
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'unchecked', ChecksumMode: 'ENABLED' }))
    expect(head.ChecksumType).toBeUndefined()
  })
})

describe('ranges', () => {
  test.each([
    ['bytes=100-199', 100, 200],
    ['bytes=299000-999999', 299_000, 300_000],
    ['bytes=1000-', 1000, 300_000],
    ['bytes=-100', 299_900, 300_000],
  ])('%s', async (Range, start, end) => {
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'body', Range }))
    expect(got).toMatchObject({ ContentRange: `bytes ${start}-${end - 1}/300000`, ContentLength: end - start })
    expect(got.ChecksumCRC32).toBeUndefined()
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body.subarray(start, end))).toBe(true)
  })

  test('beyond the end', async () => {
    await expect(read({ Key: 'body', Range: 'bytes=300000-' })).rejects.toMatchObject(refusal('InvalidRange', 416))
  })
})

test('copy keeps what describes the object, or replaces it', async () => {
  await client.send(
    new PutObjectCommand({ Bucket, Key: 'from ü', Body: 'copied', Metadata: { a: '1' }, Tagging: 'phi=no' }),
  )
  const CopySource = encodeURIComponent(`${Bucket}/from ü`)
  await client.send(new CopyObjectCommand({ Bucket, Key: 'kept', CopySource }))
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'kept' }))).toMatchObject({ Metadata: { a: '1' } })
  await client.send(
    new CopyObjectCommand({ Bucket, Key: 'new', CopySource, MetadataDirective: 'REPLACE', Metadata: { b: '2' } }),
  )
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'new' }))).toMatchObject({ Metadata: { b: '2' } })
  expect((await read({ Key: 'new' })).toString()).toBe('copied')
  const toItself = new CopyObjectCommand({ Bucket, Key: 'kept', CopySource: `${Bucket}/kept` })
  await expect(client.send(toItself)).rejects.toMatchObject(refusal('InvalidRequest', 400))
  const unmet = new CopyObjectCommand({ Bucket, Key: 'unmet', CopySource, CopySourceIfMatch: '"0"' })
  await expect(client.send(unmet)).rejects.toMatchObject(refusal('PreconditionFailed', 412))
  const missing = new CopyObjectCommand({ Bucket, Key: 'unmet', CopySource: `${Bucket}/missing` })
  await expect(client.send(missing)).rejects.toMatchObject(refusal('NoSuchKey', 404))
})

test('tags', async () => {
  const TagSet = [{ Key: 'phi', Value: 'no' }]
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'body', Tagging: { TagSet } }))
  expect(await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'body' }))).toMatchObject({ TagSet })
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'body' }))).toMatchObject({ TagCount: 1 })
  await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'body' }))
  expect(await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'body' }))).toMatchObject({ TagSet: [] })
})

test('deleting, one and many, also what is not there', async () => {
  for (const Key of ['d1', 'd2', 'd3']) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'd1' }))
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'd1' }))
  const Objects = [{ Key: 'd2' }, { Key: 'd3' }, { Key: 'never & <there>' }]
  const many = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  expect(many.Deleted?.map(({ Key }) => Key)).toEqual(['d2', 'd3', 'never & <there>'])
  await expect(read({ Key: 'd1' })).rejects.toMatchObject(refusal('NoSuchKey', 404))
  await expect(read({ Key: 'd3' })).rejects.toMatchObject(refusal('NoSuchKey', 404))
})
