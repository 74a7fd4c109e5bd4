import { describe, expect, test } from 'vitest'

import { nameOf, segmentOf } from './names.ts'

describe('the name of a file', () => {
  test.for([
    ['1.2.840.113619', '1.2.840.113619'],
    ['Müller 影像', 'Müller 影像'],
    ['50%', '50%'],
    ['a:b', 'a%3Ab'],
    ['..\\..\\x', '..%5C..%5Cx'],
    ['tab\there', 'tab%09here'],
    ['CON', '%43ON'],
    ['nul.dcm', '%6Eul.dcm'],
    ['com1', '%63om1'],
    ['COM10', 'COM10'],
    ['console', 'console'],
    ['dot.', 'dot%2E'],
    ['space ', 'space%20'],
    ['...', '..%2E'],
    ['shortcut.lnk', 'shortcut%2Elnk'],
    ['x.crswap', 'x%2Ecrswap'],
    ['%41', '%2541'],
    ['.gantry-parts', '%2Egantry-parts'],
    ['.GANTRY-PARTS', '%2EGANTRY-PARTS'],
  ] as const)('%s is %s, and back', ([segment, name]) => {
    expect(nameOf(segment)).toBe(name)
    expect(segmentOf(name)).toBe(segment)
  })

  test('of two segments is never the same, whatever they say', () => {
    const letters = ['%', '4', '1', '.', ' ', ':', 'A', 'con', '2', 'E', '5', '\u0001', '\u00B9', 'lpt']
    const seen = new Map<string, string>()
    const wrong: string[] = []
    const grow = (segment: string, depth: number) => {
      if (!['', '.', '..'].includes(segment)) {
        const name = nameOf(segment)
        const met = (seen.get(name) ?? segment) !== segment || segmentOf(name) !== segment
        if (met || /^\.{0,2}$|[/\\:*?"<>|]|[. ]$/u.test(name)) wrong.push(segment)
        seen.set(name, segment)
      }
      if (depth > 0) for (const letter of letters) grow(segment + letter, depth - 1)
    }
    grow('', 3)
    expect(seen.size).toBeGreaterThan(2500)
    expect(wrong).toEqual([])
  })

  test('that nobody named here is taken as it is', () => {
    expect(segmentOf('%41b')).toBe('%41b')
    expect(segmentOf('a%2')).toBe('a%2')
  })
})
