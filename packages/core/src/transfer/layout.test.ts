import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { isPath } from '../store/path.ts'
import { distinctPath, flatLayout, keepLayout } from './layout.ts'

const entry = (path: string) => ({ path, size: 1 })

test('keep keeps the path, in NFC', () => {
  expect(keepLayout(entry('a/e\u0301.dcm'))).toBe('a/\u00e9.dcm')
})

test('flat keeps the last segment', () => {
  expect(flatLayout(entry('a/b/c.dcm'))).toBe('c.dcm')
  expect(flatLayout(entry('c.dcm'))).toBe('c.dcm')
})

test.each([[keepLayout], [flatLayout]])('a name that leads out is refused', (layout) => {
  for (const path of ['..', 'a/..', 'a/', '']) {
    expect(() => layout(entry(path))).toThrow(expect.objectContaining({ code: 'invalid' }))
  }
})

describe('a distinct path', () => {
  test.each([
    ['a.dcm', 'a-7.dcm'],
    ['x/a.dcm', 'x/a-7.dcm'],
    ['a.tar.gz', 'a.tar-7.gz'],
    ['a', 'a-7'],
    ['x.y/a', 'x.y/a-7'],
    ['.hidden', '.hidden-7'],
    ['x/.hidden', 'x/.hidden-7'],
    ['a.', 'a.-7'],
    ['1.2.840.20040119072730.12322', '1.2.840.20040119072730.12322-7'],
    ['1.2.3/1.2.3.dcm', '1.2.3/1.2.3-7.dcm'],
    ['a.7z', 'a-7.7z'],
    ['Dr. Longname', 'Dr. Longname-7'],
  ])('%s: %s', (path, expected) => {
    expect(distinctPath(path, '7')).toBe(expected)
  })

  test('differs from the path and with the tag, and is one', () => {
    const paths = fc.string({ unit: 'binary', minLength: 1 }).filter(isPath)
    const tags = fc.stringMatching(/^[0-9a-f]{8}$/u)
    const property = fc.property(paths, tags, tags, (path, one, other) => {
      const distinct = distinctPath(path, one)
      expect(isPath(distinct)).toBe(true)
      expect(distinct).not.toBe(path)
      expect(distinct === distinctPath(path, other)).toBe(one === other)
    })
    fc.assert(property, propertyParameters())
  })
})
