import {
  type CommonPrefix,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, describe, expect, test } from 'vitest'
import { startS3Server } from './index.ts'

const Bucket = 'listing'
const server = await startS3Server({ buckets: [Bucket, 'many'] })
const client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })
const keys = ['a', 'a/', 'a/1', 'a/2/x', 'a/2/y', 'a!', 'b/1', 'b/2', 'c', 'é', '日/本', '\uffee', '😀', 'm&<m>\u0001']
for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
const inOrder = keys.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))

afterAll(async () => {
  client.destroy()
  await server.close()
})

const names = (page: { CommonPrefixes?: CommonPrefix[] | undefined; Contents?: { Key?: string }[] | undefined }) => [
  ...(page.Contents ?? []).map(({ Key }) => Key),
  ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
]

async function pages(input: Omit<ListObjectsV2CommandInput, 'Bucket'>, bucket = Bucket) {
  const found: (string | undefined)[][] = []
  let ContinuationToken: string | undefined
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, ...input, ContinuationToken }))
    expect(page.KeyCount).toBe(names(page).length)
    found.push(names(page))
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  return found
}

describe('version 2', () => {
  test('all keys, in the order of their UTF-8 bytes', async () => {
    expect(await pages({})).toEqual([inOrder])
  })

  test.each([1, 2, 3, 5, 13, 14])('pages of %d', async (MaxKeys) => {
    const found = await pages({ MaxKeys })
    expect(found.flat()).toEqual(inOrder)
    expect(found).toHaveLength(Math.ceil(keys.length / MaxKeys))
  })

  test.each([
    [{ Prefix: 'a' }, ['a', 'a!', 'a/', 'a/1', 'a/2/x', 'a/2/y']],
    [{ Prefix: 'a/' }, ['a/', 'a/1', 'a/2/x', 'a/2/y']],
    [{ Prefix: 'a/', Delimiter: '/' }, ['a/', 'a/1', 'a/2/']],
    [{ Prefix: 'a', Delimiter: '/' }, ['a', 'a!', 'a/']],
    [{ Delimiter: '/' }, ['a', 'a!', 'c', 'm&<m>\u0001', 'é', '\uffee', '😀', 'a/', 'b/', '日/']],
    [{ Prefix: 'nothing' }, []],
    [{ Prefix: 'a', StartAfter: 'a/1' }, ['a/2/x', 'a/2/y']],
    [{ Prefix: 'a/', Delimiter: '/', StartAfter: 'a/2/' }, []],
    [{ StartAfter: '😀' }, []],
    [{ MaxKeys: 0 }, []],
  ])('%j', async (input, expected) => {
    expect(await pages(input)).toEqual([expected])
  })

  test('what is rolled up counts once, on whichever page', async () => {
    for (const MaxKeys of [1, 2, 3, 4]) {
      const found = await pages({ Delimiter: '/', MaxKeys })
      expect(found.flat()).toHaveLength(10)
      expect(new Set(found.flat()).size).toBe(10)
    }
  })

  test('keys may be asked for percent-encoded', async () => {
    const [found] = await pages({ EncodingType: 'url' })
    expect(found?.map((key) => decodeURIComponent(key ?? ''))).toEqual(inOrder)
    expect(found).toContain('%E6%97%A5/%E6%9C%AC')
  })

  test('entries tell size, entity tag, time and class', async () => {
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'c' }))
    expect(Contents).toEqual([
      expect.objectContaining({
        Size: 1,
        ETag: '"4a8a08f09d37b73795649038408b5f33"',
        StorageClass: 'STANDARD',
        LastModified: expect.any(Date),
      }),
    ])
  })

  test('a token that was never given is refused', async () => {
    const input = { Bucket, ContinuationToken: 'bogus' }
    await expect(client.send(new ListObjectsV2Command(input))).rejects.toMatchObject({ name: 'InvalidArgument' })
  })

  test('pages go on where they stood while keys come and go', async () => {
    const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: 'many', Key, Body: 'x' }))
    const all = Array.from({ length: 2500 }, (_, index) => `key-${String(index * 2).padStart(5, '0')}`)
    for (let index = 0; index < all.length; index += 50) await Promise.all(all.slice(index, index + 50).map(put))
    const first = await client.send(new ListObjectsV2Command({ Bucket: 'many' }))
    expect(first.Contents).toHaveLength(1000)
    await put('key-00001')
    await put('key-04997')
    const ContinuationToken = first.NextContinuationToken
    const second = await client.send(new ListObjectsV2Command({ Bucket: 'many', ContinuationToken }))
    expect(second.Contents?.[0]?.Key).toBe(all[1000])
    const third = await client.send(
      new ListObjectsV2Command({ Bucket: 'many', ContinuationToken: second.NextContinuationToken }),
    )
    expect(third.Contents).toHaveLength(501)
    expect(third.IsTruncated).toBe(false)
  })
})

describe('version 1', () => {
  test.each([
    ['by the last key', undefined],
    ['by the next marker', '/'],
  ])('pages %s', async (_name, Delimiter) => {
    const found: (string | undefined)[] = []
    let Marker: string | undefined
    for (let more = true; more;) {
      const page = await client.send(new ListObjectsCommand({ Bucket, Delimiter, MaxKeys: 3, Marker }))
      found.push(...names(page))
      expect(page.NextMarker === undefined).toBe(Delimiter === undefined || !page.IsTruncated)
      Marker = page.NextMarker ?? page.Contents?.at(-1)?.Key
      more = page.IsTruncated ?? false
    }
    expect(new Set(found).size).toBe(found.length)
    expect(found).toHaveLength(Delimiter ? 10 : keys.length)
  })
})

test('buckets', async () => {
  const { Buckets } = await client.send(new ListBucketsCommand({}))
  expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket, 'many'])
})
