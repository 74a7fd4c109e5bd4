import { expect, test } from 'vitest'

import { sayingHost } from './host-errors.ts'

const errorOf = (fields: object) => Object.assign(new Error('x'), fields)

test.each([
  [errorOf({ code: 'ENOTFOUND', hostname: 'pacs.example.org' }), 'pacs.example.org is not a known host.'],
  [errorOf({ code: 'ECONNREFUSED', address: '127.0.0.1', port: 8042 }), 'Nothing listens at 127.0.0.1:8042.'],
  [errorOf({ code: 'ECONNREFUSED', address: '::1', port: 80 }), 'Nothing listens at [::1]:80.'],
  [
    Object.assign(new AggregateError([errorOf({ address: '::1', port: 80 })]), { code: 'ECONNREFUSED' }),
    'Nothing listens at [::1]:80.',
  ],
])('%s is said in words of its own', (error, message) => {
  expect(sayingHost(error)).toMatchObject({ code: 'unavailable', message, cause: error })
})

test.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('%s is no reason to try again', (code) => {
  const message = expect.stringContaining('not trusted')
  expect(sayingHost(errorOf({ code }))).toMatchObject({ code: 'unavailable', retryable: false, message })
})

test.each([errorOf({ code: 'ECONNRESET' }), errorOf({ code: 'ECONNREFUSED' }), new Error('x'), 'x', undefined])(
  '%s stays as it is',
  (error) => {
    expect(sayingHost(error)).toBe(error)
  },
)
