import { describe, expect, test } from 'vitest'

import { describeError } from '../store/describe-error.ts'
import { errorCodes, isRetryableCode } from './error-code.ts'
import { asGantryError, GantryError, isGantryError } from './gantry-error.ts'

describe('an error', () => {
  test('carries what programs act on', () => {
    const cause = new Error('socket')
    const error = new GantryError('rate_limited', 'Slow down.', { cause, store: 's3', path: 'a', retryAfter: 1000 })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'GantryError',
      code: 'rate_limited',
      message: 'Slow down.',
      retryable: true,
      retryAfter: 1000,
      store: 's3',
      path: 'a',
      cause,
    })
  })

  test('has no cause where none was given', () => {
    expect(Object.hasOwn(new GantryError('internal', 'x'), 'cause')).toBe(false)
    expect(new GantryError('internal', 'x', { cause: null }).cause).toBeNull()
  })

  test('is retryable as its code says, or as whoever threw it knows better', () => {
    for (const code of errorCodes) expect(new GantryError(code, 'x').retryable).toBe(isRetryableCode(code))
    expect(new GantryError('unavailable', 'x', { retryable: false }).retryable).toBe(false)
    expect(new GantryError('not_found', 'x', { retryable: true }).retryable).toBe(true)
  })

  test('does not show its path where it is printed as text', () => {
    const error = new GantryError('not_found', 'There is no such entry.', { path: 'DOE^JANE' })
    expect(`${String(error)} ${error.stack}`).not.toContain('DOE')
  })
})

test('every code has a description', () => {
  for (const code of errorCodes) expect(describeError(code)).toMatch(/^[A-Z].*\.$/u)
})

describe('isGantryError', () => {
  test('knows errors of another copy of this class', () => {
    const other = Object.assign(new Error('x'), { name: 'GantryError', code: 'timeout' })
    expect(isGantryError(other)).toBe(true)
  })

  test.each([
    undefined,
    null,
    'GantryError',
    new Error('x'),
    { name: 'GantryError', code: 'timeout' },
    Object.assign(new Error('x'), { code: 'ENOENT' }),
    Object.assign(new Error('x'), { name: 'GantryError' }),
  ])('knows that %o is none', (error) => {
    expect(isGantryError(error)).toBe(false)
  })
})

describe('asGantryError', () => {
  test('leaves ours as it is', () => {
    const error = new GantryError('timeout', 'x')
    expect(asGantryError(error, 'Another.')).toBe(error)
  })

  test('says of anything else that it is a defect, in the words that are given or none of its own', () => {
    const cause = new TypeError('DOE^JANE')
    expect(asGantryError(cause, 'The call failed.')).toMatchObject({
      code: 'internal',
      message: 'The call failed.',
      cause,
    })
    expect(asGantryError(cause)).toMatchObject({ message: describeError('internal'), cause })
  })
})
