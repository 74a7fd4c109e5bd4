import { cut } from '@gantry/testkit/bodies'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Fingerprint } from './fingerprint.ts'

function printOf(bytes: Uint8Array, at: readonly number[] = []): string {
  const print = new Fingerprint()
  for (const chunk of cut(bytes, at)) print.update(chunk)
  return print.value
}

const file = fc.uint8Array({ minLength: 0, maxLength: 300 })

test('is the same however the bytes come', () => {
  fc.assert(
    fc.property(file, fc.array(fc.nat(300), { maxLength: 6 }), (bytes, at) => {
      const within = at.map((index) => Math.min(index, bytes.length))
      expect(printOf(bytes, within)).toBe(printOf(bytes))
    }),
  )
})

test('differs where any byte behind the preamble does, and there alone', () => {
  fc.assert(
    fc.property(file, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, index, flip) => {
      fc.pre(bytes.length > 0)
      const at = index % bytes.length
      const other = Uint8Array.from(bytes)
      other[at] = (bytes[at] as number) ^ flip
      expect(printOf(other) === printOf(bytes)).toBe(at < 128)
    }),
  )
})

test('differs where the length does', () => {
  expect(printOf(new Uint8Array(200))).not.toBe(printOf(new Uint8Array(201)))
  expect(printOf(new Uint8Array(128))).not.toBe(printOf(new Uint8Array(127)))
})
