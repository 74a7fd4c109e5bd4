import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { canonicalQuery, percentEncodePath } from './percent-encode.ts'
import { Signer, timestampOf } from './signer.ts'

const empty = createHash('sha256').digest('hex')

describe('AWS Signature Version 4', () => {
  // docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Examples: Signature calculations".
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  const host = 'examplebucket.s3.amazonaws.com'
  const timestamp = '20130524T000000Z'
  const vectors = [
    {
      name: 'GET object',
      method: 'GET',
      path: '/test.txt',
      query: [],
      headers: { range: 'bytes=0-9' },
      payload: empty,
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      name: 'PUT object',
      method: 'PUT',
      path: '/test%24file.text',
      query: [],
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      payload: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
    {
      name: 'GET bucket lifecycle',
      method: 'GET',
      path: '/',
      query: [['lifecycle', '']],
      headers: {},
      payload: empty,
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
    {
      name: 'GET bucket (list objects)',
      method: 'GET',
      path: '/',
      query: [
        ['prefix', 'J'],
        ['max-keys', '2'],
      ],
      headers: {},
      payload: empty,
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  ] as const

  test.each(vectors)('$name', ({ method, path, query, headers, payload, signature }) => {
    const all = new Map(Object.entries({ host, 'x-amz-content-sha256': payload, 'x-amz-date': timestamp, ...headers }))
    const signer = new Signer()
    const request = { method, path, query, headers: all, payload }
    const names = [...all.keys()].sort().join(';')
    const expected = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=${names}, Signature=${signature}`
    expect(signer.authorization(request, credentials, 'us-east-1', timestamp)).toBe(expected)
    // The same again, with the key that was kept.
    expect(signer.authorization(request, credentials, 'us-east-1', timestamp)).toBe(expected)
  })

  test('a URL (sigv4-query-string-auth)', () => {
    const request = { method: 'GET', path: '/test.txt', query: [], headers: new Map([['host', host]]) }
    const query = new Signer().presignedQuery(request, credentials, 'us-east-1', timestamp, 86_400)
    expect(query).toContain('X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404')
    expect(query).toContain('X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request')
  })

  test('the suite for all services: get-vanilla, get-vanilla-query-order-key-case, get-header-value-trim', () => {
    const suite = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
    const date = '20150830T123600Z'
    const headers = new Map([
      ['host', 'example.amazonaws.com'],
      ['x-amz-date', date],
    ])
    const sign = (query: [string, string][], more: [string, string][] = []) =>
      new Signer('service')
        .authorization(
          { method: 'GET', path: '/', query, headers: new Map([...headers, ...more]), payload: empty },
          suite,
          'us-east-1',
          date,
        )
        .split('Signature=')[1]
    expect(sign([])).toBe('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31')
    expect(
      sign([
        ['Param2', 'value2'],
        ['Param1', 'value1'],
      ]),
    ).toBe('b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500')
    expect(
      sign(
        [],
        [
          ['my-header1', ' value1'],
          ['my-header2', '  "a   b   c"  '],
        ],
      ),
    ).toBe('acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736')
  })

  test('another day, region or secret needs another key', () => {
    const signer = new Signer()
    const request = { method: 'GET', path: '/', query: [], headers: new Map([['host', host]]), payload: empty }
    const seen = new Set([
      signer.authorization(request, credentials, 'us-east-1', '20130524T000000Z'),
      signer.authorization(request, credentials, 'us-east-1', '20130525T000000Z'),
      signer.authorization(request, credentials, 'eu-west-1', '20130525T000000Z'),
      signer.authorization(request, { ...credentials, secretAccessKey: 'x' }, 'eu-west-1', '20130525T000000Z'),
    ])
    expect(seen.size).toBe(4)
  })
})

test('keys are encoded byte by byte, but for slashes', () => {
  expect(percentEncodePath("a/ü 1+2%~!*'();:@&=$,?#[]")).toBe(
    'a/%C3%BC%201%2B2%25~%21%2A%27%28%29%3B%3A%40%26%3D%24%2C%3F%23%5B%5D',
  )
  expect(
    canonicalQuery([
      ['b', ''],
      ['a', 'x y'],
    ]),
  ).toBe('a=x%20y&b=')
})

test('timestamps', () => {
  expect(timestampOf(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('20260102T030405Z')
  expect(timestampOf(Date.UTC(2026, 0, 2, 3, 4, 6))).toBe('20260102T030406Z')
})
