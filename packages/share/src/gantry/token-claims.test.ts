import { expect, test } from 'vitest'

import { claimsOf } from './token-claims.ts'

function tokenOf(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
}

test('claims are UTF-8, as folders of accounts may be', () => {
  expect(claimsOf(tokenOf({ exp: 10, prefixes: ['Klinik-M\u00FCnchen/\u65E5\u672C'] }))).toEqual({
    expires: 10_000,
    prefix: 'Klinik-M\u00FCnchen/\u65E5\u672C',
  })
})

test.each(['', 'abc', 'a.b.c', `a.${btoa('null')}.c`])('of %j there are none', (token) => {
  expect(claimsOf(token)).toEqual({})
})
