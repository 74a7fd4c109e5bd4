import { expect, test } from 'vitest'

import { resolveOptions } from './resolve-options.ts'

const provider = () => 'key'

test('values are taken from the environment, however deep they lie', () => {
  const options = {
    endpoint: 'https://s3.example.org',
    credentials: { accessKeyId: { env: 'KEY' }, secretAccessKey: { env: 'SECRET' } },
    list: [{ env: 'KEY' }, 1],
    provider,
  }
  expect(resolveOptions(options, { KEY: 'a', SECRET: 'b' })).toEqual({
    endpoint: 'https://s3.example.org',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    list: ['a', 1],
    provider,
  })
})

test('one that is not set is wrong in the configuration, where it is no secret', () => {
  const options = { endpoint: { env: 'PACS_URL' } }
  expect(() => resolveOptions(options, {})).toThrow(expect.objectContaining({ name: 'UsageError' }))
  const nested = { credentials: { accessKeyId: { env: 'KEY' } } }
  expect(() => resolveOptions(nested, {})).toThrow(expect.objectContaining({ code: 'unauthenticated' }))
})

test('one that is not set is a missing login, named', () => {
  const options = { key: { env: 'PACS_SECRET' } }
  expect(() => resolveOptions(options, {})).toThrow(expect.objectContaining({ code: 'unauthenticated' }))
  expect(() => resolveOptions(options, { PACS_SECRET: '' })).toThrow('PACS_SECRET, which is not set')
})
