import { describe, expect, test } from 'vitest'

import { isFreeOfCredentials } from './credentials.ts'
import { sourceSchema } from './source.ts'

const entries = { kind: 'entries', store: 's3://bucket', entries: [] }
const dicomweb = { kind: 'dicomweb', root: 'https://pacs.example.org/rs', study: '1.2', series: '1.3' }

describe('a URL without credentials', () => {
  test.each([
    's3://bucket/prefix',
    'https://host.example:8443/a/b?region=eu-1&path-style=true',
    'https://host.example/objects/user@clinic.example',
    'file:///data/images',
    'memory:name',
    'http://[::1]:9000/x',
    '/maps/torax.png',
  ])('is %s', (url) => {
    expect(isFreeOfCredentials(url)).toBe(true)
  })

  test.each([
    'https://user@host.example/',
    'https://user:word@host.example/',
    's3://AKIA:se/cret@bucket/prefix',
    'https:user:word@host.example',
    'https:///user:word@host.example',
    'https:\\\\user:word@host.example',
    'ht\ntps://user:word@host.example',
    'https://host.example/a?token=x',
    'https://host.example/a?b=1&access_token=x',
    'https://host.example/a?X-Amz-Signature=x',
    'https://host.example/a?x-amz-security-token=x',
    'https://host.example/a?X-Goog-Credential=x',
    'https://host.example/a?sv=1&sig=x',
    'https://host.example/a?AWSAccessKeyId=x',
    'https://host.example/a?%74oken=x',
    'https://host.example/a?%zz=x',
    'https://host.example/a;jsessionid=x',
    'https://host.example/a?api-key=x',
    'https://host.example/a?key=x',
    'https://host.example/s/id#1.key',
  ])('is not %s', (url) => {
    expect(isFreeOfCredentials(url)).toBe(false)
    expect(sourceSchema.safeParse({ ...entries, store: url }).success).toBe(false)
    expect(sourceSchema.safeParse({ ...dicomweb, root: url }).success).toBe(false)
  })
})

describe('a source', () => {
  test.each([
    ['headers', { headers: { Authorization: 'Bearer x' } }],
    ['accessToken', { later: [{ accessToken: 'x' }] }],
    ['password', { later: { password: 'x' } }],
    ['symmetricKey', { symmetricKey: 'x' }],
  ])('takes no %s, at any depth', (name, more) => {
    for (const source of [entries, dicomweb]) {
      const { error } = sourceSchema.safeParse({ ...source, ...more })
      expect(error?.issues[0]?.path.at(-1)).toBe(name)
    }
  })

  test('keeps other fields that are not known', () => {
    const source = { ...entries, later: { pages: 2 } }
    expect(sourceSchema.parse(source)).toEqual(source)
  })
})
