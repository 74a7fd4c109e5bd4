import { expect, test } from 'vitest'

import { pathsIn } from './inside.ts'

test.each([
  ['s3://bucket/2026', 's3://bucket/2026/', 'a.dcm', 'a.dcm'],
  ['s3://bucket/2026/study', 's3://bucket/2026', 'a.dcm', 'study/a.dcm'],
  ['s3://bucket', 's3://bucket/2026', '2026/a.dcm', 'a.dcm'],
  ['s3://bucket', 's3://bucket/2026', '2027/a.dcm', undefined],
  ['file:///a/b%20c/d', 'file:///a', 'x', 'b c/d/x'],
  ['shelf:', 'shelf:2026', '2026/x', 'x'],
  ['shelf:2026?a=b', 'shelf:?a=b', 'x', '2026/x'],
  ['car+s3://x', 'car+s3://x', 'a', 'a'],
])('what %s calls a path, as %s calls it', (place, other, path, there) => {
  expect(pathsIn(place, other)?.(path)).toBe(there)
})

test.each([
  ['s3://bucket/2026', 's3://bucket/20'],
  ['s3://bucket/2026?endpoint=http://a', 's3://bucket/2026'],
  ['car+s3://x/y', 'car+s3://x'],
  ['shelf:', 'shelves:2026'],
])('%s and %s have nothing in common', (place, other) => {
  expect(pathsIn(place, other)).toBeUndefined()
})
