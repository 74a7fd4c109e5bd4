import { expect, test } from 'vitest'

import { parseContentType } from './content-type.ts'

test.each([
  [
    'multipart/related; type="application/dicom"; boundary=abc',
    'multipart/related',
    { type: 'application/dicom', boundary: 'abc' },
  ],
  [
    'Multipart/Related;type="application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1";boundary="a;b=\\"c"',
    'multipart/related',
    { type: 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1', boundary: 'a;b="c' },
  ],
  ['application/dicom;transfer-syntax=1.2', 'application/dicom', { 'transfer-syntax': '1.2' }],
  ['a/b; BOUNDARY = x ; boundary=y;;', 'a/b', { boundary: 'x' }],
  ['', '', {}],
  ['a/b; boundary="never ends', 'a/b', { boundary: '"never ends' }],
])('%s', (text, mediaType, parameters) => {
  const parsed = parseContentType(text)
  expect([parsed.mediaType, Object.fromEntries(parsed.parameters)]).toEqual([mediaType, parameters])
})
