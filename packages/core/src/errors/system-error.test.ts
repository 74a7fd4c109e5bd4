import { describe, expect, test } from 'vitest'

import { codeOfSystemError } from './system-error.ts'

const withCode = (code: unknown) => Object.assign(new Error('x'), { code })

describe('errors of a connection', () => {
  test.each([
    ['ECONNRESET', 'unavailable'],
    ['ETIMEDOUT', 'timeout'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'unavailable'],
    ['ENOENT', undefined],
    ['toString', undefined],
  ])('%s is %s', (code, expected) => {
    expect(codeOfSystemError(withCode(code))).toBe(expected)
  })

  test.each([withCode(7), new Error('x'), { code: 'ECONNRESET' }, undefined])('%s is none', (error) => {
    expect(codeOfSystemError(error)).toBeUndefined()
  })
})
