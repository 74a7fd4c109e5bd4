import { expect, test } from 'vitest'
import { parseRange } from './range.ts'

test.each([
  ['bytes=0-9', 0, 10],
  ['bytes=90-', 90, 100],
  ['bytes=-10', 90, 100],
  ['bytes=-1000', 0, 100],
  ['bytes=99-5000', 99, 100],
])('%s', (header, start, end) => {
  expect(parseRange(header, 100)).toEqual({ start, end })
})

test.each([undefined, 'bytes=', 'bytes=-', 'bytes=9-3', 'bytes=0-1,5-6', 'lines=0-1', 'bytes=a-b'])(
  'ignored: %s',
  (header) => {
    expect(parseRange(header, 100)).toBeUndefined()
  },
)

test.each([
  ['bytes=100-', 100],
  ['bytes=200-300', 100],
  ['bytes=-0', 100],
  ['bytes=0-', 0],
  ['bytes=-5', 0],
])('unsatisfiable: %s of %d', (header, size) => {
  expect(() => parseRange(header, size)).toThrow(expect.objectContaining({ code: 'InvalidRange' }))
})
