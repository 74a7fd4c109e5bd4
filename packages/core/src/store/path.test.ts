import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { checkPath, comparePaths, isPath, longestPath, utf8Length } from './path.ts'

const unicode = fc.string({ unit: 'binary' })
/** Mostly paths, and many of what looks like one. */
const pathLike = fc
  .array(fc.oneof(fc.constantFrom('', '.', '..', 'a', 'é', 'e\u0301', '...', ' ', '\0', '\\'), unicode), {
    maxLength: 5,
  })
  .map((segments) => segments.join('/'))

describe('a path', () => {
  test.each([
    'a',
    'a/b.dcm',
    '...',
    '..a/b..',
    '.hidden',
    ' ',
    'a b/c+d%20?#.dcm',
    'C:\\a',
    'a\\..\\b',
    'a\nb',
    'émile/心.dcm',
    '𝒳/🫀',
  ])('is: %j', (path) => {
    expect(isPath(path)).toBe(true)
    expect(checkPath(path)).toBe(path)
  })

  test.each([
    ['', 'empty'],
    ['/a', 'not relative'],
    ['//server/a', 'not relative'],
    ['a//b', 'empty segment'],
    ['a/', 'empty segment'],
    ['.', '"." or ".."'],
    ['..', '"." or ".."'],
    ['a/../b', '"." or ".."'],
    ['a/./b', '"." or ".."'],
    ['a/..', '"." or ".."'],
    ['a\0b', 'NUL'],
    ['a\ud800', 'not well-formed'],
  ])('is not: %j', (path, problem) => {
    expect(isPath(path)).toBe(false)
    expect(() => checkPath(path)).toThrow(
      expect.objectContaining({ code: 'invalid', path, message: expect.stringContaining(problem) as string }),
    )
  })

  test('has at most 4096 bytes, also in NFC', () => {
    expect(isPath('a'.repeat(longestPath))).toBe(true)
    expect(isPath('a'.repeat(longestPath + 1))).toBe(false)
    expect(isPath('é'.repeat(longestPath / 2 + 1))).toBe(false)
    // One character of three bytes, of which NFC makes two.
    expect(isPath('\u0958'.repeat(longestPath / 4))).toBe(false)
  })

  test('comes back in NFC', () => {
    expect(checkPath('Ame\u0301lie/A\u030a')).toBe('Am\u00e9lie/\u00c5')
  })

  test('is one that stays one, and never leads out', () => {
    const property = fc.property(pathLike.filter(isPath), (path) => {
      const checked = checkPath(path)
      expect(checkPath(checked)).toBe(checked)
      for (const segment of checked.split('/')) expect(['', '.', '..']).not.toContain(segment)
    })
    fc.assert(property, propertyParameters())
  })

  test('a message does not hold the path, which can name a patient', () => {
    expect(() => checkPath('DOE^JANE/../x')).toThrow(/^(?!.*DOE)/u)
  })
})

test('UTF-8 length is what an encoder counts', () => {
  fc.assert(
    fc.property(unicode, (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text))
    }),
    propertyParameters(),
  )
})

describe('the order of paths', () => {
  const pairs = fc.oneof(
    fc.tuple(unicode, unicode),
    fc.tuple(unicode, unicode, unicode).map(([start, a, b]) => [start + a, start + b] as const),
    // Where UTF-16 and UTF-8 disagree.
    fc.tuple(
      fc.constantFrom('\uffff', '\ue000', '\ud7ff', '𝒳', '\u{10ffff}'),
      fc.constantFrom('\uffff', '\ue000', '𐀀', 'a'),
    ),
  )

  test('is that of their UTF-8 bytes', () => {
    const property = fc.property(pairs, ([a, b]) => {
      expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    })
    fc.assert(property, propertyParameters())
  })
})
