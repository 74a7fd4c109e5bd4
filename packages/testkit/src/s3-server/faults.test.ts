import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { type S3Fault, type S3FaultRule, startS3Server } from './index.ts'

const Bucket = 'faults'
const server = await startS3Server({ buckets: [Bucket], minimumPartSize: 1 })
const client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })
const body = Buffer.alloc(200_000, 'abcdefg')
await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: body }))
const faults: S3Fault[] = []

function fault(rule: S3FaultRule): S3Fault {
  const made = server.fault(rule)
  faults.push(made)
  return made
}

afterEach(() => {
  for (const one of faults.splice(0)) one.remove()
})

afterAll(async () => {
  client.destroy()
  await server.close()
})

const put = (Key: string, Body: Buffer | string = body, abortSignal?: AbortSignal) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body }), abortSignal ? { abortSignal } : {})
const exists = (Key: string) =>
  client.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  )

/** The bytes as they are, whatever their checksum. */
async function read(Key = 'k', abortSignal?: AbortSignal): Promise<Buffer> {
  const unchecked = new S3Client({
    ...server.clientConfig,
    maxAttempts: 1,
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  try {
    const { Body } = await unchecked.send(new GetObjectCommand({ Bucket, Key }), abortSignal ? { abortSignal } : {})
    const chunks: Buffer[] = []
    for await (const chunk of Body as AsyncIterable<Buffer>) chunks.push(chunk)
    return Buffer.concat(chunks)
  } finally {
    unchecked.destroy()
  }
}

/** Whether each of as many requests succeeds. */
async function outcomes(count: number): Promise<boolean[]> {
  const results: boolean[] = []
  for (let index = 0; index < count; index += 1) results.push(await exists('k'))
  return results
}

test('an answer instead of the work', async () => {
  const slow = fault({ operation: 'PutObject', does: { kind: 'answer', status: 503, retryAfter: 7 } })
  const refused = await put('answered').then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(refused).toMatchObject({
    name: 'SlowDown',
    $metadata: { httpStatusCode: 503 },
    $response: { headers: { 'retry-after': '7' } },
  })
  expect(slow.hits).toBe(1)
  expect(await exists('answered')).toBe(false)
  await put('answered')
  expect(slow.hits).toBe(1)
})

describe('a reset', () => {
  // Depending on whether the client was writing or reading.
  const reset = { code: expect.stringMatching(/^(?:ECONNRESET|EPIPE)$/) }

  test('before anything', async () => {
    fault({ operation: 'PutObject', does: { kind: 'reset', when: 'before' } })
    await expect(put('before')).rejects.toMatchObject(reset)
    expect(await exists('before')).toBe(false)
  })

  test('in the body of the request', async () => {
    fault({ operation: 'PutObject', does: { kind: 'reset', when: 'request-body', bytes: 100_000 } })
    await expect(put('within')).rejects.toMatchObject(reset)
    expect(await exists('within')).toBe(false)
    fault({ operation: 'PutObject', does: { kind: 'reset', when: 'request-body' } })
    await expect(put('within', 'all of it in one packet')).rejects.toMatchObject(reset)
    expect(await exists('within')).toBe(false)
  })

  test('instead of the answer: it took effect all the same', async () => {
    fault({ operation: ['PutObject', 'CompleteMultipartUpload'], times: 2, does: { kind: 'reset', when: 'after' } })
    await expect(put('lost')).rejects.toMatchObject(reset)
    expect(await exists('lost')).toBe(true)
    const Key = 'lost-complete'
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const part = { Bucket, Key, UploadId, PartNumber: 1 }
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: body }))
    const complete = new CompleteMultipartUploadCommand({
      ...part,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    })
    await expect(client.send(complete)).rejects.toMatchObject(reset)
    expect(await exists(Key)).toBe(true)
    await client.send(complete)
  })

  test('in the body of the answer', async () => {
    fault({ operation: 'GetObject', does: { kind: 'reset', when: 'response-body', bytes: 1000 } })
    await expect(read()).rejects.toThrow(/aborted|ECONNRESET/)
    expect((await read()).equals(body)).toBe(true)
  })
})

describe('a stall', () => {
  test.each(['before', 'request-body', 'after', 'response-body'] as const)(
    '%s, until somebody gives up',
    async (when) => {
      const stall = fault({ bucket: Bucket, times: Infinity, does: { kind: 'stall', when, bytes: 10 } })
      const patience = new AbortController()
      const work = when === 'response-body' ? read('k', patience.signal) : put('stalled', body, patience.signal)
      let outcome = 'silent'
      const settled = work.then(
        () => (outcome = 'answered'),
        () => (outcome = 'failed'),
      )
      await expect.poll(() => stall.hits, { timeout: 10_000 }).toBe(1)
      stall.remove()
      await expect.poll(() => exists('stalled'), { timeout: 10_000 }).toBe(when === 'after' || when === 'response-body')
      expect(outcome).toBe('silent')
      patience.abort()
      expect(await settled).toBe('failed')
    },
  )
})

describe('the body of an answer', () => {
  test.each([0, 1, 65_536, 199_999])('cut off after %d bytes', async (bytes) => {
    fault({ operation: 'GetObject', does: { kind: 'truncate', bytes } })
    await expect(read()).rejects.toThrow(/aborted/)
  })

  test('cut off, and said to be whole', async () => {
    fault({ operation: 'GetObject', does: { kind: 'truncate', bytes: 1000, silently: true } })
    expect((await read()).equals(body.subarray(0, 1000))).toBe(true)
  })

  test('with a byte changed, here and in a listing', async () => {
    fault({ operation: 'GetObject', does: { kind: 'flip', what: 'returned', at: 150_000 } })
    const got = await read()
    expect(got.length).toBe(body.length)
    expect([...got.keys()].filter((index) => got[index] !== body[index])).toEqual([150_000])
    fault({ operation: 'GetObject', does: { kind: 'flip', what: 'returned', at: 150_000 } })
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))
    await expect(Body?.transformToByteArray()).rejects.toThrow(/[Cc]hecksum/)
    expect((await read()).equals(body)).toBe(true)
    fault({ operation: 'ListObjectsV2', does: { kind: 'truncate', bytes: 20 } })
    await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toThrow(/aborted/)
  })
})

test('an answer without a body is what it was', async () => {
  fault({ method: 'HEAD', does: { kind: 'truncate', bytes: 3 } })
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  expect(head.ContentLength).toBe(body.length)
})

test('a byte changed in what is stored, after it was verified', async () => {
  fault({ key: 'rotten', does: { kind: 'flip', what: 'stored', at: 70_000 } })
  await put('rotten')
  const got = await read('rotten')
  expect([...got.keys()].filter((index) => got[index] !== body[index])).toEqual([70_000])
})

test('a delay, and then the work', async () => {
  const delay = fault({ key: 'late', does: { kind: 'delay', milliseconds: 5 } })
  await put('late')
  expect(delay.hits).toBe(1)
  expect(await exists('late')).toBe(true)
})

describe('a rule', () => {
  const does = { kind: 'answer', status: 500, code: 'InternalError' } as const

  test('holds from the nth time on, a number of times', async () => {
    fault({ operation: 'HeadObject', nth: 2, times: 2, does })
    expect(await outcomes(5)).toEqual([true, false, false, true, true])
  })

  test('may hold always, until it is removed', async () => {
    const always = fault({ key: /^k$/, times: Infinity, does })
    expect(await outcomes(3)).toEqual([false, false, false])
    always.remove()
    expect(await outcomes(1)).toEqual([true])
  })

  test('holds for what it names only', async () => {
    fault({ method: 'PUT', does })
    fault({ bucket: 'other', does })
    fault({ key: 'other', does })
    fault({ operation: ['GetObject'], does })
    expect(await outcomes(2)).toEqual([true, true])
  })

  test('gives way to an earlier one, and may be given at the start', async () => {
    const other = await startS3Server({
      buckets: [Bucket],
      faults: [
        { method: 'HEAD', does: { kind: 'answer', status: 400 } },
        { method: 'HEAD', times: 2, does: { kind: 'answer', status: 500 } },
      ],
    })
    const { url } = other
    const statuses = []
    for (let index = 0; index < 3; index += 1) {
      statuses.push((await fetch(`${url}/${Bucket}/k`, { method: 'HEAD' })).status)
    }
    expect(statuses).toEqual([400, 500, 403])
    await other.close()
  })
})
