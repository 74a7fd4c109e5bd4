import { deflateRawSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { codeOf } from '../../samples/outcome.ts'
import { runScanSync } from '../source/run-scan.ts'
import { inflating } from './inflating.ts'
import { fetchFromSource, type Scan, Window } from './window.ts'

function opened(compressed: Uint8Array, limit = 1 << 24) {
  const asked = { bytes: 0 }
  const window = new Window(fetchFromSource, { size: compressed.length, limit, firstRead: 256 })
  const fetch = inflating(window, 0, limit)
  const run = <T>(scan: Scan<T>) =>
    runScanSync(scan, (start, end) => {
      asked.bytes += end - start
      return compressed.subarray(start, end)
    })
  return { asked, read: (start: number, end: number) => run(fetch(start, end)) }
}

test('reads forwards what was deflated, in whatever steps', () => {
  const data = fc.uint8Array({ maxLength: 5000 })
  fc.assert(
    fc.property(data, fc.integer({ min: 0, max: 9 }), fc.array(fc.nat(900)), (bytes, level, steps) => {
      const { read } = opened(deflateRawSync(bytes, { level }))
      let position = 0
      for (const [index, step] of steps.entries()) {
        // Of every other step, all but the last byte is passed over.
        const from = index % 2 === 0 ? position : position + Math.max(0, step - 1)
        position += step
        expect(read(from, position)).toEqual(bytes.subarray(from, position))
      }
      expect(read(position, position + 6000)).toEqual(bytes.subarray(position))
    }),
    { seed: 7, numRuns: 200 },
  )
})

test('a stream that is cut off is an integrity error, wherever that is', () => {
  const bytes = Uint8Array.from({ length: 3000 }, (_, index) => (index * index) % 251)
  for (const level of [0, 1, 9]) {
    const compressed = deflateRawSync(bytes, { level })
    for (let length = 1; length < compressed.length; length += 1) {
      expect(codeOf(() => opened(compressed.subarray(0, length)).read(0, 4000))).toBe('integrity')
    }
  }
})

test('no more is inflated than allowed, and no more read than that takes', () => {
  const bomb = deflateRawSync(new Uint8Array(64 * 1024 * 1024))
  const { asked, read } = opened(bomb, 1_000_000)
  expect(read(0, 1000)).toHaveLength(1000)
  expect(codeOf(() => read(60_000_000, 60_000_001))).toBe('invalid')
  expect(asked.bytes).toBeLessThan(20_000)
})

test('what follows the stream is not read for long', () => {
  const compressed = Buffer.concat([deflateRawSync(Buffer.from('data')), new Uint8Array(10_000_000)])
  const { asked, read } = opened(compressed)
  expect(Buffer.from(read(0, 100)).toString()).toBe('data')
  expect(asked.bytes).toBeLessThan(1_000_000)
})

test('empty blocks without end are no endless loop', () => {
  const blocks = Buffer.concat(Array.from({ length: 500_000 }, () => Buffer.from([0, 0, 0, 0xff, 0xff])))
  expect(['integrity', undefined]).toContain(codeOf(() => opened(blocks).read(0, 100)))
})
