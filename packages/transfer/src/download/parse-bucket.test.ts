import { describe, expect, test } from 'vitest'

import { parseBucket } from './parse-bucket.ts'

describe('a link', () => {
  test.for([
    [
      'https://viewer.org/download/a-bucket/v1/a?token=abc',
      { bucket: 'a-bucket', bucketPrefix: 'v1/a/dicomweb', token: 'abc' },
    ],
    ['https://viewer.org/download/a-bucket', { bucket: 'a-bucket', bucketPrefix: 'dicomweb' }],
    ['https://viewer.org/download/a-bucket/', { bucket: 'a-bucket', bucketPrefix: 'dicomweb' }],
    ['/download/a-bucket/with%20space', { bucket: 'a-bucket', bucketPrefix: 'with space/dicomweb' }],
    // Whatever the page is called, as cod-download takes it.
    [
      'https://viewer.org/studies/a-bucket/v1?token=abc',
      { bucket: 'a-bucket', bucketPrefix: 'v1/dicomweb', token: 'abc' },
    ],
    ['https://viewer.org//a-bucket/v1/', { bucket: 'a-bucket', bucketPrefix: 'v1/dicomweb' }],
    ['https://viewer.org/download/a-bucket?token=', { bucket: 'a-bucket', bucketPrefix: 'dicomweb' }],
    // Fault 4: a link made by a template, of a viewer that has no token.
    ['https://viewer.org/download/a-bucket?token=null', { bucket: 'a-bucket', bucketPrefix: 'dicomweb' }],
  ] as const)('%s', ([link, bucket]) => {
    expect(parseBucket(link)).toStrictEqual(bucket)
  })

  test.for([
    '',
    'https://viewer.org/download',
    'https://',
    '/download/a%2Fb',
    '/download/b/%2E%2E%2Fx',
    'https://viewer.org/download//b',
  ])('that names no bucket is refused, without telling it: %s', (link) => {
    expect(() => parseBucket(`${link}?token=secret`)).toThrowError(expect.objectContaining({ code: 'invalid' }))
    expect(() => parseBucket(`${link}?token=secret`)).toThrowError(/^(?!.*secret)/u)
  })
})

describe('parts', () => {
  test.for([
    [
      { bucket: 'b', bucketPrefix: 'v1/dicomweb', token: 't' },
      { bucket: 'b', bucketPrefix: 'v1/dicomweb', token: 't' },
    ],
    // Fault 5: no prefix is not a prefix that is called null.
    [
      { bucket: 'b', bucketPrefix: null, token: null },
      { bucket: 'b', bucketPrefix: 'dicomweb' },
    ],
    [{ bucket: 'b' }, { bucket: 'b', bucketPrefix: 'dicomweb' }],
    [
      { bucket: 'b', bucketPrefix: '' },
      { bucket: 'b', bucketPrefix: '' },
    ],
    [
      { bucket: 'b', bucketPrefix: '/x/' },
      { bucket: 'b', bucketPrefix: 'x' },
    ],
  ] as const)('%j', ([given, bucket]) => {
    expect(parseBucket(given)).toStrictEqual(bucket)
  })
})
