import { describe, expect, test } from 'vitest'
import { startChunkSignatures } from './chunk-signatures.ts'
import { sha256Hex, signingKey, signRequest } from './sigv4.ts'

// The worked examples of the S3 API reference, "Authenticating Requests: Using the Authorization Header" and
// "Signature Calculations for ... Chunked Upload", whose keys are published ones.
const scope = { date: '20130524', region: 'us-east-1' }
const time = '20130524T000000Z'
const key = signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope)
const host = 'examplebucket.s3.amazonaws.com'

function sign(
  method: string,
  path: string,
  pairs: [string, string][],
  headers: Record<string, string>,
  payloadHash: string,
): string {
  const all = new Map(Object.entries({ host, 'x-amz-date': time, 'x-amz-content-sha256': payloadHash, ...headers }))
  return signRequest(
    { method, path, pairs, headers: all, signedHeaders: [...all.keys()], payloadHash },
    key,
    time,
    scope,
  )
}

test('GET object with a range', () => {
  expect(sign('GET', '/test.txt', [], { range: 'bytes=0-9' }, sha256Hex(''))).toBe(
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  )
})

test('PUT object, with a key that needs encoding', () => {
  const headers = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }
  expect(sign('PUT', '/test$file.text', [], headers, sha256Hex('Welcome to Amazon S3.'))).toBe(
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  )
})

test('GET bucket lifecycle: a query name without a value', () => {
  expect(sign('GET', '/', [['lifecycle', '']], {}, sha256Hex(''))).toBe(
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  )
})

test('GET bucket, listing: a sorted query', () => {
  const pairs: [string, string][] = [
    ['prefix', 'J'],
    ['max-keys', '2'],
  ]
  expect(sign('GET', '/', pairs, {}, sha256Hex(''))).toBe(
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  )
})

describe('a body signed in chunks', () => {
  const signature = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9'
  const start = () =>
    startChunkSignatures({
      credential: { accessKeyId: '', secretAccessKey: '' },
      claim: {
        accessKeyId: '',
        scope,
        time,
        signature,
        signedHeaders: [],
        payloadHash: '',
        token: undefined,
        expires: undefined,
        pairs: [],
      },
      signingKey: key,
    })

  test('the chain of the example', () => {
    const chain = start()
    chain.update(Buffer.alloc(65_000, 'a'))
    chain.update(Buffer.alloc(536, 'a'))
    chain.endChunk('ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648')
    chain.update(Buffer.alloc(1024, 'a'))
    chain.endChunk('0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497')
    expect(() => {
      chain.endChunk('b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9')
    }).not.toThrow()
  })

  test('other bytes do not match', () => {
    const chain = start()
    chain.update(Buffer.alloc(65_536, 'b'))
    expect(() => {
      chain.endChunk('ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648')
    }).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }))
  })
})
