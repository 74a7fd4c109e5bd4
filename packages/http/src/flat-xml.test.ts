import { expect, test } from 'vitest'

import { elementOf } from './flat-xml.ts'

test.each([
  ['&amp;&#65;&#x42;', '&AB'],
  ['&#abc;&#;&#x110000;&nothing;', '&#abc;&#;&#x110000;&nothing;'],
])('what stands for a character is read, and what does not stays: %s', (written, read) => {
  expect(elementOf(`<Key>${written}</Key>`, 'Key')).toBe(read)
})
