import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { errorCodes, isRetryableCode } from './error-code.ts'

test('what may pass is retryable, and nothing else', () => {
  const retryable = errorCodes.filter((code) => isRetryableCode(code))
  expect(retryable).toEqual(['integrity', 'rate_limited', 'unavailable', 'timeout'])
})

test('the README lists every code, and whether it is retryable', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `(\w+)` +\|[^|]+\| (yes|no) +\|$/gmu)].map(([, code, retryable]) => [
    code,
    retryable,
  ])
  expect(rows).toEqual(errorCodes.map((code) => [code, isRetryableCode(code) ? 'yes' : 'no']))
})
