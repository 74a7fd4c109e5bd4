import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { compareDigests, digestAlgorithms, type Digests } from './digest.ts'

const digests: fc.Arbitrary<Digests> = fc.dictionary(fc.constantFrom(...digestAlgorithms), fc.constantFrom('aa', 'bb'))

test.each<[Digests | undefined, Digests | undefined, string]>([
  [undefined, undefined, 'unknown'],
  [{ md5: 'a' }, undefined, 'unknown'],
  [{}, {}, 'unknown'],
  [{ md5: 'a' }, { sha1: 'a' }, 'unknown'],
  [{ md5: 'a' }, { md5: 'a' }, 'same'],
  [{ md5: 'a' }, { md5: 'b' }, 'different'],
  [{ md5: 'a', sha256: 'c' }, { md5: 'a', crc32c: 'd' }, 'same'],
  [{ md5: 'a', sha256: 'c' }, { md5: 'a', sha256: 'd' }, 'different'],
  [{ sha256: 'c', cid: 'x' }, { sha256: 'c', cid: 'y' }, 'different'],
])('%o and %o are %s', (a, b, expected) => {
  expect(compareDigests(a, b)).toBe(expected)
})

test('to compare goes both ways, is same with itself, and needs something in common', () => {
  const property = fc.property(digests, digests, (a, b) => {
    const result = compareDigests(a, b)
    expect(compareDigests(b, a)).toBe(result)
    expect(compareDigests(a, a)).toBe(Object.keys(a).length === 0 ? 'unknown' : 'same')
    const common = digestAlgorithms.filter((algorithm) => a[algorithm] !== undefined && b[algorithm] !== undefined)
    expect(result === 'unknown').toBe(common.length === 0)
    expect(result === 'different').toBe(common.some((algorithm) => a[algorithm] !== b[algorithm]))
  })
  fc.assert(property, propertyParameters())
})
