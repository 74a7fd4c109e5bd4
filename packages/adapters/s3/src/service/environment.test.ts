import { expect, test } from 'vitest'

import { environmentCredentials } from './environment.ts'

const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }

test('keys of the environment are known without the SDK', () => {
  expect(environmentCredentials(keys)).toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' })
  const temporary = { AWS_SESSION_TOKEN: 'token', AWS_CREDENTIAL_EXPIRATION: '2026-11-28T12:00:00Z' }
  expect(environmentCredentials({ ...keys, ...temporary })).toEqual({
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date('2026-11-28T12:00:00Z'),
  })
})

test('what is incomplete, or comes after a profile, is left to the SDK', () => {
  expect(environmentCredentials({})).toBeUndefined()
  expect(environmentCredentials({ AWS_ACCESS_KEY_ID: 'key' })).toBeUndefined()
  expect(environmentCredentials({ ...keys, AWS_PROFILE: 'work' })).toBeUndefined()
  expect(environmentCredentials({ ...keys, AWS_PROFILE: '' })).toEqual(expect.objectContaining({ accessKeyId: 'key' }))
})
