import { expect, test } from 'vitest'

import { isWithin } from './is-within.ts'

test.each([
  ['s3://bucket', false],
  ['s3://bucket/?region=eu', false],
  ['s3://bucket/a/b?region=eu', true],
  ['cod+s3://bucket/a', true],
  ['cod+file:///folder/a', false],
  ['file:///folder/a', false],
  ['shelf:', false],
  ['shelf:a/b', true],
  ['memory:', false],
])('%s names something within a store: %s', (address, expected) => {
  expect(isWithin(address)).toBe(expected)
})
