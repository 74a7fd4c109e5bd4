import { request } from 'node:http'
import { afterAll, describe, expect, test } from 'vitest'
import { formatAmzTime } from './protocol/amz-time.ts'
import { emptySha256, hmacHex, scopeText, sha256Hex, signingKey, signRequest } from './protocol/sigv4.ts'
import { startS3Server } from './index.ts'

const bucket = 'chunks'
const server = await startS3Server({ buckets: [bucket], publicBuckets: ['public'] })
const { accessKeyId, secretAccessKey } = server.credentials
const first = Buffer.alloc(10_000, 'x')
const second = Buffer.from('the end')

afterAll(() => server.close())

interface Sent {
  readonly status: number
  readonly text: string
}

function send(method: string, path: string, headers: Record<string, string>, body: Buffer): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sending = request(`${server.url}${path}`, { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => (text += piece))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

/** Puts two chunks the way the API reference describes it, after `spoil` had its way with the body. */
async function putChunks(
  payloadHash: string,
  key: string,
  given: Record<string, string> = {},
  trailers: [name: string, value: string][] = [],
  spoil: (body: Buffer) => Buffer = (body) => body,
): Promise<Sent> {
  const time = formatAmzTime(Date.now())
  const scope = { date: time.slice(0, 8), region: server.region }
  const signing = signingKey(secretAccessKey, scope)
  const headers = new Map(
    Object.entries({
      host: new URL(server.url).host,
      'x-amz-date': time,
      'x-amz-content-sha256': payloadHash,
      'x-amz-decoded-content-length': String(first.length + second.length),
      'content-encoding': 'aws-chunked',
      ...given,
    }),
  )
  const path = `/${bucket}/${key}`
  const signedHeaders = [...headers.keys()].toSorted((left, right) => (left < right ? -1 : 1))
  const seed = signRequest(
    { method: 'PUT', path, pairs: [], headers, signedHeaders, payloadHash },
    signing,
    time,
    scope,
  )
  let previous = seed
  const next = (kind: string, ...hashes: string[]) => {
    previous = hmacHex(signing, [`AWS4-HMAC-SHA256-${kind}`, time, scopeText(scope), previous, ...hashes].join('\n'))
    return previous
  }
  const chunks = [first, second, Buffer.alloc(0)].map((data) => {
    const signature = next('PAYLOAD', emptySha256, sha256Hex(data))
    const head = Buffer.from(`${data.length.toString(16)};chunk-signature=${signature}\r\n`)
    return Buffer.concat([head, data, Buffer.from(data.length > 0 ? '\r\n' : '')])
  })
  const lines = trailers.map(([name, value]) => `${name}:${value}\n`).join('')
  const end = trailers.map(([name, value]) => `${name}:${value}\r\n`).join('')
  const proof = lines === '' ? '' : `x-amz-trailer-signature:${next('TRAILER', sha256Hex(lines))}\r\n`
  const body = spoil(Buffer.concat([...chunks, Buffer.from(`${end}${proof}\r\n`)]))
  const credential = `${accessKeyId}/${scopeText(scope)}`
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${seed}`
  return send('PUT', path, { ...Object.fromEntries(headers), authorization }, body)
}

const signed = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const withTrailer = `${signed}-TRAILER`
const checksum = 'x-amz-checksum-sha256'
const right = Buffer.from(sha256Hex(Buffer.concat([first, second])), 'hex').toString('base64')
const wrong = Buffer.from(sha256Hex('other'), 'hex').toString('base64')

describe('a body signed in chunks', () => {
  test('is accepted, with trailers and without', async () => {
    expect(await putChunks(signed, 'plain')).toMatchObject({ status: 200 })
    expect(await putChunks(signed, 'header', { [checksum]: right })).toMatchObject({ status: 200 })
    const trailing = { 'x-amz-trailer': checksum }
    expect(await putChunks(withTrailer, 'trailer', trailing, [[checksum, right]])).toMatchObject({ status: 200 })
  })

  test.each<[string, (body: Buffer) => Buffer, string]>([
    [
      'a changed byte',
      (body) => Buffer.from(body.toString('latin1').replace('the end', 'The end')),
      'SignatureDoesNotMatch',
    ],
    [
      'a changed size',
      (body) => Buffer.from(body.toString('latin1').replace('2710;', '2711;')),
      'SignatureDoesNotMatch',
    ],
    [
      'a changed signature',
      (body) => Buffer.from(body.toString('latin1').replaceAll(/signature=../g, 'signature=00')),
      'SignatureDoesNotMatch',
    ],
    [
      'chunks that are not signed',
      (body) => Buffer.from(body.toString('latin1').replaceAll(/;[^\r]*/g, '')),
      'SignatureDoesNotMatch',
    ],
    ['its last chunk missing', (body) => body.subarray(0, body.length - 88), 'IncompleteBody'],
  ])('is refused with %s', async (_name, spoil, code) => {
    const refused = await putChunks(signed, 'refused', {}, [], spoil)
    expect(refused.text).toContain(`<Code>${code}</Code>`)
  })

  test('is refused with another length than it was said to have', async () => {
    const refused = await putChunks(signed, 'refused', { 'x-amz-decoded-content-length': '5' })
    expect(refused.text).toContain('<Code>IncompleteBody</Code>')
  })

  test('is refused with a wrong or missing trailer', async () => {
    const trailing = { 'x-amz-trailer': checksum }
    const mistaken = await putChunks(withTrailer, 'refused', trailing, [[checksum, wrong]])
    expect(mistaken.text).toContain('<Code>BadDigest</Code>')
    const missing = await putChunks(withTrailer, 'refused', trailing)
    expect(missing.text).toContain('<Code>MalformedTrailerError</Code>')
    const forged = await putChunks(withTrailer, 'refused', trailing, [[checksum, right]], (body) =>
      Buffer.from(body.toString('latin1').replace(right, wrong)),
    )
    expect(forged.text).toContain('<Code>SignatureDoesNotMatch</Code>')
  })

  test('leaves nothing behind when it is refused', async () => {
    await putChunks(signed, 'refused', {}, [], (body) => body.subarray(0, 5000))
    const listed = await fetch(`${server.url}/${bucket}?list-type=2`)
    expect(listed.status).toBe(403)
    const kept = await putChunks(signed, 'refused', { 'if-none-match': '*' })
    expect(kept.status).toBe(200)
  })

  test('of an unknown kind is not taken for a plain one', async () => {
    const refused = await putChunks('STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', 'refused')
    expect(refused.status).toBe(501)
  })
})
