import { expect, test } from 'vitest'
import { childrenOf, readXml, textOf } from './read-xml.ts'
import { writeXml } from './write-xml.ts'

test('what is written is read again', () => {
  const key = `a&b <c> "d" 'e' é日本 \u0001\t`
  const root = readXml(writeXml('Root', { One: { Key: key }, Many: [{ N: 1 }, { N: 2 }], No: undefined }), 'Root')
  expect(childrenOf(root, 'One').map((one) => textOf(one, 'Key'))).toEqual([key])
  expect(childrenOf(root, 'Many').map((one) => textOf(one, 'N'))).toEqual(['1', '2'])
  expect(childrenOf(root, 'No')).toEqual([])
})

test('attributes, prefixes, comments, CDATA, references, empty elements', () => {
  const root = readXml(
    '<?xml version="1.0"?><!-- c --><s:Root xmlns:s="urn:x"><A b="1">x&#x41;&#66;</A><C/><D><![CDATA[<&>]]></D></s:Root>',
    'Root',
  )
  expect([textOf(root, 'A'), textOf(root, 'C'), textOf(root, 'D')]).toEqual(['xAB', '', '<&>'])
})

test.each([
  '',
  'text',
  '<Other/>',
  '<Root>',
  '<Root></Other>',
  '<Root/><Root/>',
  '<Root>&unknown;</Root>',
  '<Root>&#x110000;</Root>',
  '<!DOCTYPE Root [<!ENTITY a "b">]><Root/>',
  '<Root',
])('malformed: %s', (text) => {
  expect(() => readXml(text, 'Root')).toThrow(expect.objectContaining({ code: 'MalformedXML' }))
})
