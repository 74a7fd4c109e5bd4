import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { isGantryError } from '../errors/gantry-error.ts'
import { compileGlob } from './glob.ts'

const cases: readonly (readonly [pattern: string, matches: readonly string[], others: readonly string[]])[] = [
  ['a.dcm', ['a.dcm', 'x/a.dcm', 'x/y/a.dcm'], ['A.dcm', 'a.dcm/b', 'ba.dcm', 'axdcm']],
  ['*.dcm', ['a.dcm', '.dcm', 'x/a.dcm'], ['a.dcmx', 'a.DCM', 'a.dcm/b']],
  ['x/*.dcm', ['x/a.dcm', 'x/.dcm'], ['a.dcm', 'y/x/a.dcm', 'x/y/a.dcm']],
  ['a?c', ['abc', 'a?c', 'a𝒳c', 'aéc'], ['ac', 'a/c', 'abbc']],
  ['x/a?c', ['x/abc'], ['x/a/c']],
  ['**', ['a', 'a/b/c'], []],
  ['**/b', ['b', 'a/b', 'a/c/b'], ['ab', 'b/a']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'ab/c', 'x/a/b']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'x/a/b']],
  ['**/**/**/b', ['b', 'a/b', 'a/c/b'], ['ab']],
  ['a**/b', ['a/b', 'ax/b', 'ax/y/b'], ['ab', 'b']],
  ['a***', ['a', 'ab', 'x/ab'], ['ba']],
  ['[abc].dcm', ['a.dcm', 'c.dcm'], ['d.dcm', 'ab.dcm', '.dcm']],
  ['[a-c1]', ['a', 'b', 'c', '1'], ['d', '2', '-']],
  ['[!a-c]', ['d', '!', '𝒳'], ['a', 'b']],
  ['x[!a]y', ['xby'], ['xay', 'x/y', 'xy']],
  ['x[+-9]y', ['x+y', 'x0y'], ['x/y']],
  ['[]a]', [']', 'a'], ['b', '[]a]']],
  ['[!]a]', ['b'], [']', 'a']],
  ['[a&~|^\\[]', ['a', '&', '~', '|', '^', '\\', '['], ['b']],
  ['[a', ['[a'], ['a']],
  ['a]', ['a]'], ['a']],
  ['{a,b}.dcm', ['a.dcm', 'b.dcm', 'x/a.dcm'], ['c.dcm', 'a,b.dcm', '.dcm']],
  ['{a,{b,c}d}/*.dcm', ['a/x.dcm', 'bd/x.dcm', 'cd/x.dcm'], ['b/x.dcm', 'ad/x.dcm']],
  ['a{,b}', ['a', 'ab'], ['b']],
  ['a,b}', ['a,b}'], ['a']],
  ['{[,{}],b}', [',', '{', '}', 'b'], ['{[', ']']],
  ['{*,a}*', ['a', 'ba'], []],
  ['a+(b)$^|.\\d', ['a+(b)$^|.\\d'], ['aab', 'a+(b)$^|.\\7']],
  ['$&', ['$&'], ['&']],
  ['Röntgen/心*', ['Röntgen/心臓.dcm'], ['Rontgen/心臓.dcm']],
]

describe.each(cases)('%s', (pattern, matches, others) => {
  const glob = compileGlob(pattern)
  test.each(matches)('matches %s', (path) => expect(glob(path)).toBe(true))
  test.each(others)('does not match %s', (path) => expect(glob(path)).toBe(false))
})

test.each(['a{b', '{a,{b}', '[z-a]', '{a,b}'.repeat(11)])('%s is refused', (pattern) => {
  expect(() => compileGlob(pattern)).toThrow(expect.objectContaining({ code: 'invalid' }))
})

test.each([
  ['*_*_*_*_*.dcm', '_'.repeat(1000)],
  ['**_**_**_**_**.dcm', '_'.repeat(1000)],
  ['**/a/**/a/**/a/**/b', 'a/'.repeat(500)],
  ['**/*a*/**/*a*/**/x', 'aaa/'.repeat(300)],
  ['{*a,*b}{*a,*b}{*a,*b}*x', 'ab'.repeat(500)],
])('a name made for %s does not stop the program', (pattern, name) => {
  expect(compileGlob(pattern)(name)).toBe(false)
})

describe('any path', () => {
  const segment = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('/'))
  const paths = fc.array(segment, { minLength: 1 }).map((segments) => segments.join('/'))

  test('matches itself where it has no signs that mean something, and what its last segment is', () => {
    const property = fc.property(paths, segment, (path, folder) => {
      const plain = path.replaceAll(/[*?[\]{}]/gu, '_')
      expect(compileGlob(plain)(plain)).toBe(true)
      const last = plain.slice(plain.lastIndexOf('/') + 1)
      expect(compileGlob(last)(`${folder}/${plain}`)).toBe(true)
      expect(compileGlob(`**/${last}`)(plain)).toBe(true)
    })
    fc.assert(property, propertyParameters())
  })

  test('matches as a plain reading of wildcards says', () => {
    const sign = fc.constantFrom('*', '**', '/', '?', 'a', 'b', '_')
    const pattern = fc
      .array(sign, { minLength: 1, maxLength: 12 })
      .map((signs) => signs.join(''))
      .filter((glob) => !glob.includes('***'))
    const path = fc.array(fc.constantFrom('/', 'a', 'b', '_'), { maxLength: 14 }).map((signs) => signs.join(''))
    const property = fc.property(pattern, path, (glob, name) => {
      const whole = glob.includes('/') ? glob : `**/${glob}`
      expect(compileGlob(glob)(name)).toBe(plainly(whole, name, true))
    })
    fc.assert(property, propertyParameters(3000))
  })

  test('of any pattern gets an answer, or the pattern is refused', () => {
    const pattern = fc.array(
      fc.constantFrom('*', '**', '/', '?', '[', ']', '!', '{', '}', ',', '-', '\\', 'a', 'é', '𝒳'),
    )
    const property = fc.property(pattern, paths, (signs, path) => {
      expect([true, false, 'invalid']).toContain(answer(signs.join(''), path))
    })
    fc.assert(property, propertyParameters())
  })
})

/** One character of the pattern at a time, every way tried. */
function plainly(pattern: string, name: string, atStart: boolean): boolean {
  if (pattern === '') return name === ''
  const rests = Array.from({ length: name.length + 1 }, (_, index) => name.slice(index))
  if (pattern.startsWith('**/') && atStart) {
    const boundaries = rests.filter((_, index) => index === 0 || name[index - 1] === '/')
    return boundaries.some((rest) => plainly(pattern.slice(3), rest, true))
  }
  if (pattern.startsWith('**')) return rests.some((rest) => plainly(pattern.slice(2), rest, false))
  if (pattern.startsWith('*')) {
    const most = name.search(/\/|$/u)
    return rests.slice(0, most + 1).some((rest) => plainly(pattern.slice(1), rest, false))
  }
  const [sign = ''] = pattern
  const fits = sign === '?' ? name !== '' && !name.startsWith('/') : name.startsWith(sign)
  return fits && plainly(pattern.slice(1), name.slice(1), sign === '/')
}

function answer(pattern: string, path: string): unknown {
  try {
    return compileGlob(pattern)(path)
  } catch (error) {
    return isGantryError(error) ? error.code : error
  }
}
