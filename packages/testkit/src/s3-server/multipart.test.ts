import { createHash, randomBytes } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type ChecksumType,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { afterAll, describe, expect, test } from 'vitest'
import { startS3Server } from './index.ts'

const Bucket = 'multipart'
const server = await startS3Server({ buckets: [Bucket], minimumPartSize: 1000 })
const client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })
const bodies = [randomBytes(1000), randomBytes(3000), randomBytes(17)]
const whole = Buffer.concat(bodies)

afterAll(async () => {
  client.destroy()
  await server.close()
})

const md5 = (data: Buffer) => createHash('md5').update(data).digest()
const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })

interface Wanted {
  readonly ChecksumAlgorithm?: ChecksumAlgorithm
  readonly ChecksumType?: ChecksumType
}

/** An upload with all parts sent: what completing it takes. */
async function uploaded(Key: string, wanted: Wanted = {}, parts = bodies) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...wanted }))
  const { ChecksumAlgorithm: algorithm } = wanted
  const Parts = await Promise.all(
    parts.map(async (Body, index) => {
      const PartNumber = index + 1
      const sent = await client.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: algorithm }),
      )
      return {
        PartNumber,
        ETag: sent.ETag,
        ...(algorithm && { [`Checksum${algorithm}`]: sent[`Checksum${algorithm}`] }),
      }
    }),
  )
  return { Bucket, Key, UploadId, MultipartUpload: { Parts } }
}

const complete = (input: CompleteMultipartUploadCommandInput) => client.send(new CompleteMultipartUploadCommand(input))

async function read(Key: string, PartNumber?: number): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, PartNumber }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

describe('a completed upload', () => {
  test('is its parts end to end; its entity tag is the MD5 of theirs', async () => {
    const { ETag } = await complete(await uploaded('plain'))
    expect(ETag).toBe(`"${md5(Buffer.concat(bodies.map(md5))).toString('hex')}-3"`)
    expect((await read('plain')).equals(whole)).toBe(true)
    for (const [index, part] of bodies.entries()) expect((await read('plain', index + 1)).equals(part)).toBe(true)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'plain', PartNumber: 2 }))
    expect(head).toMatchObject({ PartsCount: 3, ContentLength: 3000 })
    await expect(read('plain', 4)).rejects.toMatchObject({ $metadata: { httpStatusCode: 416 } })
    const range = await client.send(new GetObjectCommand({ Bucket, Key: 'plain', Range: 'bytes=990-4005' }))
    expect(whole.subarray(990, 4006).equals((await range.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
  })

  test('may leave parts out, and replace them', async () => {
    const input = await uploaded('subset')
    const { Key, UploadId } = input
    const again = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 3, Body: 'replaced' }))
    const Parts = [input.MultipartUpload.Parts[0] ?? {}, { PartNumber: 3, ETag: again.ETag }]
    await complete({ ...input, MultipartUpload: { Parts } })
    expect((await read(Key)).equals(Buffer.concat([bodies[0] ?? Buffer.alloc(0), Buffer.from('replaced')]))).toBe(true)
  })

  test('answers again when it is completed again', async () => {
    const input = await uploaded('twice')
    const first = await complete(input)
    expect(await complete(input)).toMatchObject({ ETag: first.ETag })
    const parts = new ListPartsCommand({ Bucket, Key: 'twice', UploadId: input.UploadId })
    await expect(client.send(parts)).rejects.toMatchObject(refusal('NoSuchUpload', 404))
    await client.send(new PutObjectCommand({ Bucket, Key: 'twice', Body: 'overwritten since' }))
    await expect(complete(input)).rejects.toMatchObject(refusal('NoSuchUpload', 404))
  })

  test('completed many times at once, it is made once', async () => {
    const input = await uploaded('at-once')
    const etags = await Promise.all(Array.from({ length: 8 }, async () => (await complete(input)).ETag))
    expect(new Set(etags).size).toBe(1)
    expect((await read('at-once')).equals(whole)).toBe(true)
  })

  test('keeps to its conditions, of which one of many writers can meet the first', async () => {
    const inputs = await Promise.all(Array.from({ length: 6 }, () => uploaded('first')))
    const tries = await Promise.allSettled(inputs.map((input) => complete({ ...input, IfNoneMatch: '*' })))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const over = await uploaded('first')
    await expect(complete({ ...over, IfMatch: '"0"' })).rejects.toMatchObject(refusal('PreconditionFailed', 412))
    const { ETag } = await client.send(new HeadObjectCommand({ Bucket, Key: 'first' }))
    await complete({ ...over, IfMatch: ETag })
  })
})

describe('refused are', () => {
  test.each([
    ['parts out of order', 'InvalidPartOrder', (parts: object[]) => parts.toReversed()],
    ['a part twice', 'InvalidPartOrder', (parts: object[]) => [parts[0] ?? {}, parts[0] ?? {}]],
    ['no parts', 'MalformedXML', () => []],
    ['another entity tag', 'InvalidPart', (parts: object[]) => [{ ...parts[0], ETag: '"0"' }]],
    ['a part that is not there', 'InvalidPart', (parts: object[]) => [...parts, { PartNumber: 9, ETag: '"0"' }]],
  ])('%s', async (_name, code, change) => {
    const input = await uploaded('refused')
    const MultipartUpload = { Parts: change(input.MultipartUpload.Parts) }
    await expect(complete({ ...input, MultipartUpload })).rejects.toMatchObject(refusal(code, 400))
    await complete(input)
  })

  test('parts that are too small, but for the last', async () => {
    const input = await uploaded('small', {}, [Buffer.alloc(999), Buffer.alloc(999)])
    await expect(complete(input)).rejects.toMatchObject(refusal('EntityTooSmall', 400))
  })

  test('another size than it is said to have', async () => {
    const input = await uploaded('sized')
    await expect(complete({ ...input, MpuObjectSize: 1 })).rejects.toMatchObject(refusal('InvalidRequest', 400))
    await complete({ ...input, MpuObjectSize: whole.length })
  })

  test('part numbers beyond 10,000, uploads that do not exist', async () => {
    const { UploadId, Key } = await uploaded('numbers')
    const send = (input: { PartNumber: number; UploadId: string | undefined }) =>
      client.send(new UploadPartCommand({ Bucket, Key, Body: 'x', ...input }))
    await expect(send({ UploadId, PartNumber: 10_001 })).rejects.toMatchObject(refusal('InvalidArgument', 400))
    await expect(send({ UploadId: 'none', PartNumber: 1 })).rejects.toMatchObject(refusal('NoSuchUpload', 404))
  })
})

describe('checksums', () => {
  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s of the whole object', async (algorithm) => {
    const input = await uploaded(`full-${algorithm}`, { ChecksumAlgorithm: algorithm, ChecksumType: 'FULL_OBJECT' })
    const name = `Checksum${algorithm}` as const
    const Key = 'in-one-piece'
    const single = await client.send(new PutObjectCommand({ Bucket, Key, Body: whole, ChecksumAlgorithm: algorithm }))
    const wrong = { ...input, [name]: algorithm === 'CRC64NVME' ? 'AAAAAAAAAAA=' : 'AAAAAA==' }
    await expect(complete(wrong)).rejects.toMatchObject(refusal('BadDigest', 400))
    const done = await complete({ ...input, [name]: single[name], ChecksumType: 'FULL_OBJECT' })
    expect(done).toMatchObject({ ChecksumType: 'FULL_OBJECT', [name]: single[name] })
    expect((await read(input.Key)).equals(whole)).toBe(true)
  })

  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)('%s, composite', async (algorithm) => {
    const input = await uploaded(`composite-${algorithm}`, { ChecksumAlgorithm: algorithm })
    const done = await complete(input)
    const name = `Checksum${algorithm}` as const
    expect(done.ChecksumType).toBe('COMPOSITE')
    expect(done[name]).toMatch(/-3$/)
    const ObjectAttributes = ['Checksum', 'ObjectParts'] as const
    const attributes = await client.send(
      new GetObjectAttributesCommand({ Bucket, Key: input.Key, ObjectAttributes: [...ObjectAttributes], MaxParts: 2 }),
    )
    expect(attributes).toMatchObject({
      Checksum: { [name]: done[name], ChecksumType: 'COMPOSITE' },
      ObjectParts: {
        TotalPartsCount: 3,
        IsTruncated: true,
        Parts: input.MultipartUpload.Parts.slice(0, 2).map((part, index) => ({
          PartNumber: part.PartNumber,
          Size: bodies[index]?.length,
          [name]: (part as Record<string, unknown>)[name],
        })),
      },
    })
    expect((await read(input.Key, 2)).equals(bodies[1] ?? Buffer.alloc(0))).toBe(true)
  })

  test('a composite one needs those of all parts', async () => {
    const input = await uploaded('composite', { ChecksumAlgorithm: 'CRC32C' })
    const Parts = input.MultipartUpload.Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }))
    const bare = { ...input, MultipartUpload: { Parts } }
    await expect(complete(bare)).rejects.toMatchObject(refusal('InvalidRequest', 400))
  })

  test('types that an algorithm does not have are refused', async () => {
    const create = (wanted: Wanted) => client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'x', ...wanted }))
    const sha: Wanted = { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }
    const crc: Wanted = { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }
    await expect(create(sha)).rejects.toMatchObject(refusal('InvalidRequest', 400))
    await expect(create(crc)).rejects.toMatchObject(refusal('InvalidRequest', 400))
  })
})

test('parts and uploads are listed page by page, until they are aborted', async () => {
  const made = []
  for (const Key of ['list/a', 'list/b', 'list/b', 'list/c']) made.push(await uploaded(Key))
  const { Key, UploadId } = made[0] ?? {}
  const first = await client.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }))
  expect(first).toMatchObject({
    IsTruncated: true,
    Parts: [
      { PartNumber: 1, Size: 1000 },
      { PartNumber: 2, Size: 3000 },
    ],
  })
  const PartNumberMarker = first.NextPartNumberMarker
  const second = await client.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker }))
  expect(second).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3 }] })

  const found: (string | undefined)[] = []
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
  for (let more = true; more;) {
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: 'list/', MaxUploads: 1, ...marker }),
    )
    found.push(...(page.Uploads ?? []).map((upload) => upload.UploadId))
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    more = page.IsTruncated ?? false
  }
  expect(found).toHaveLength(made.length)
  expect(new Set(found)).toEqual(new Set(made.map((upload) => upload.UploadId)))

  for (const upload of made) {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key: upload.Key, UploadId: upload.UploadId }))
  }
  await expect(client.send(new ListPartsCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject(
    refusal('NoSuchUpload', 404),
  )
  const left = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'list/' }))
  expect(left.Uploads).toBeUndefined()
})

test('a part may be copied from an object', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: whole }))
  const Key = 'copied'
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const Parts = []
  for (const [index, CopySourceRange] of ['bytes=17-1999', undefined].entries()) {
    const PartNumber = index + 1
    const part = { Bucket, Key, UploadId, PartNumber, CopySource: `${Bucket}/source`, CopySourceRange }
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part))
    Parts.push({ PartNumber, ETag: CopyPartResult?.ETag })
  }
  await complete({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
  expect((await read(Key)).equals(Buffer.concat([whole.subarray(17, 2000), whole]))).toBe(true)
})
