import { isGantryError } from '@gantry/core/driver'
import { expect, test } from 'vitest'

import { refusePage } from './refuse-page.ts'

const html = 'text/html; charset=utf-8'

test.each([
  ['a page of a proxy', 200, { 'content-type': html, 'content-length': '200' }, true],
  ['an object that is HTML', 200, { 'content-type': html, 'x-amz-request-id': '1' }, false],
  [
    'the same of a service that names its requests otherwise',
    200,
    { 'content-type': html, 'x-amzn-requestid': '1' },
    false,
  ],
  ['a removal that is answered with nothing', 204, { 'content-type': html }, false],
  ['a write that is answered with nothing', 200, { 'content-type': html, 'content-length': '0' }, false],
  ['a refusal, whatever it is written in', 403, { 'content-type': html }, false],
])('%s', (_, status, headers, refused) => {
  expect(codeOf(status, headers)).toBe(refused ? 'unavailable' : undefined)
})

function codeOf(status: number, headers: Record<string, string>): string | undefined {
  try {
    refusePage({ status, headers: new Map(Object.entries(headers)) })
    return undefined
  } catch (error) {
    return isGantryError(error) ? error.code : 'internal'
  }
}
