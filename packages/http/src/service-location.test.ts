import { expect, test } from 'vitest'

import { serviceLocation } from './service-location.ts'

test('is one for all spellings of an endpoint, and another for another place', () => {
  const here = 'service://localhost:9000/bucket/a'
  for (const endpoint of [
    'http://127.0.0.1:9000',
    'http://LOCALHOST:9000/',
    'http://[::1]:9000',
    'https://127.1:9000',
  ]) {
    expect(serviceLocation(endpoint, 'bucket/a/')).toBe(here)
  }
  expect(serviceLocation('https://s3.example.org:443', 'bucket')).toBe('service://s3.example.org/bucket')
  for (const endpoint of ['http://127.0.0.1:9001', 'http://127.0.0.1:9000/other', 'http://example.org:9000']) {
    expect(serviceLocation(endpoint, 'bucket/a/')).not.toBe(here)
  }
})
