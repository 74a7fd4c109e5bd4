import { expect, test } from 'vitest'

import { askedRange, isUnchanged } from './conditions.ts'

const headers =
  (given: Readonly<Record<string, string>>) =>
  (name: string): string | undefined =>
    given[name]

test.each([
  ['"1"', '"1"'],
  ['"0", "1"', '"1"'],
  ['*', '"1"'],
  ['*', undefined],
])('If-Match: %s holds for %s', (match, etag) => {
  expect(isUnchanged(headers({ 'if-match': match }), etag)).toBe(false)
})

test.each([
  ['"2"', '"1"'],
  ['1', '"1"'],
  ['W/"1"', '"1"'],
  ['"1"', undefined],
])('If-Match: %s refuses %s', (match, etag) => {
  expect(() => isUnchanged(headers({ 'if-match': match }), etag)).toThrow(expect.objectContaining({ status: 412 }))
})

test.each([
  ['"1"', '"1"', true],
  ['"0", W/"1"', '"1"', true],
  ['*', '"1"', true],
  ['"2"', '"1"', false],
  ['"1"', undefined, false],
])('If-None-Match: %s of %s: %s', (noneMatch, etag, unchanged) => {
  expect(isUnchanged(headers({ 'if-none-match': noneMatch }), etag)).toBe(unchanged)
})

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=2-', { start: 2, end: 5 }],
  ['bytes=1-99', { start: 1, end: 5 }],
  ['bytes=-2', { start: 3, end: 5 }],
  ['bytes=-9', { start: 0, end: 5 }],
  ['bytes=3-2', undefined],
  ['bytes=-', undefined],
  ['bytes=0-0,2-3', undefined],
  ['lines=1-2', undefined],
])('Range: %s of five bytes', (range, expected) => {
  expect(askedRange(headers({ range }), 5, '"1"')).toEqual(expected)
})

test.each([
  ['bytes=5-', 5],
  ['bytes=-0', 5],
  ['bytes=-1', 0],
])('Range: %s of %d bytes lies outside', (range, size) => {
  expect(() => askedRange(headers({ range }), size, undefined)).toThrow(
    expect.objectContaining({ status: 416, headers: { 'Content-Range': `bytes */${size}` } }),
  )
})

test('If-Range asks for the range of one version, else for all', () => {
  const of = (condition: string, etag: string | undefined) =>
    askedRange(headers({ range: 'bytes=1-1', 'if-range': condition }), 5, etag)
  expect(of('"1"', '"1"')).toEqual({ start: 1, end: 2 })
  expect([of('"2"', '"1"'), of('"1"', undefined), of('W/"1"', 'W/"1"')]).toEqual([undefined, undefined, undefined])
})
