import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { errorCodes } from './error-code.ts'
import { isGantryError } from './gantry-error.ts'
import { googleStatusOf } from './google-status.ts'
import { errorOfHttpRefusal, HttpRefusal, parseRetryAfter } from './http-refusal.ts'

const now = Date.UTC(2026, 0, 1)
const bodyOf = (status: string, more: object = {}) =>
  JSON.stringify({ error: { code: 400, status, message: 'study 1.2.3 of DOE^JANE', ...more } })

describe('a refusal', () => {
  test.for([...errorCodes])('whose body says what it is: %s', (code) => {
    // The status is of another mind, as that of a proxy may be.
    expect(errorOfHttpRefusal({ status: 400, body: bodyOf(googleStatusOf(code)), now }).code).toBe(code)
  })

  test.for([
    [302, 'invalid'],
    [400, 'invalid'],
    [401, 'unauthenticated'],
    [403, 'permission_denied'],
    [404, 'not_found'],
    [405, 'unsupported'],
    [407, 'unauthenticated'],
    [408, 'timeout'],
    [409, 'already_exists'],
    [410, 'not_found'],
    [412, 'precondition_failed'],
    [413, 'invalid'],
    [422, 'integrity'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [501, 'unsupported'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
    [507, 'read_only'],
  ] as const)('without a body that can be read, by its status: %i is %s', ([status, code]) => {
    for (const body of [undefined, '', '<html>', '{"error":"invalid_grant"}', bodyOf('NO_SUCH_STATUS')]) {
      expect(errorOfHttpRefusal({ status, body, now }).code).toBe(code)
    }
  })

  test.for([
    [302, 'redirect'],
    [407, 'proxy'],
    [413, 'smaller'],
  ] as const)('of somebody on the way says so: %i', ([status, word]) => {
    expect(errorOfHttpRefusal({ status, body: '<html>', now }).message).toContain(word)
  })

  test('keeps its status and its reason, and nothing of its words', () => {
    const details = [{ '@type': 'x' }, { reason: 'used_up' }]
    const error = errorOfHttpRefusal({ status: 410, body: bodyOf('NOT_FOUND', { details }), now })
    expect(error.cause).toBeInstanceOf(HttpRefusal)
    expect(error.cause).toMatchObject({ status: 410, reason: 'used_up' })
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/DOE|1\.2\.3/u)
  })

  test('has no reason that is not a plain word', () => {
    const body = bodyOf('NOT_FOUND', { details: [{ reason: 'DOE^JANE' }] })
    expect(errorOfHttpRefusal({ status: 410, body, now }).cause).toMatchObject({ reason: undefined })
  })

  test('whatever it says is a coded error', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(isGantryError(errorOfHttpRefusal({ status, body, now }))).toBe(true)
      }),
    )
  })
})

describe('Retry-After', () => {
  test.for([
    ['7', undefined, 7000],
    ['0', undefined, 0],
    ['Thu, 01 Jan 2026 00:00:05 GMT', undefined, 5000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 'Thu, 01 Jan 2026 00:00:02 GMT', 3000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 'Thu, 01 Jan 2026 00:01:00 GMT', 0],
    ['soon', undefined, undefined],
    ['99999999', undefined, undefined],
    [undefined, undefined, undefined],
  ] as const)('%s at %s is %s ms', ([value, date, expected]) => {
    expect(parseRetryAfter(value, date, now)).toBe(expected)
  })

  test('is carried by the error', () => {
    expect(errorOfHttpRefusal({ status: 429, retryAfter: '3', now })).toMatchObject({
      code: 'rate_limited',
      retryAfter: 3000,
      retryable: true,
    })
  })
})
