import { expect, test } from 'vitest'

import { decodeKey } from './decode-key.ts'

test('encoded keys', () => {
  expect(decodeKey('a+b%2Bc%20%C3%BC/%25')).toBe('a b+c ü/%')
  expect(decodeKey('%EF%BB%BFa')).toBe('\uFEFFa')
})

test('what is no UTF-8, or not encoded, is shown as far as it can be', () => {
  expect(decodeKey('a%FFb')).toBe('a\uFFFDb')
  expect(decodeKey('a%ü%20100%')).toBe('a%ü 100%')
})
