import { expect, test } from 'vitest'

import { printable, shorten, widthOf } from './text.ts'

test('control characters cannot move the cursor or lie about a name', () => {
  expect(printable('a\u001B[2Jb\nc\td')).toBe(String.raw`a\x1b[2Jb\x0ac\x09d`)
  expect(printable('evil\u202Efdp.exe')).toBe(String.raw`evil\u202efdp.exe`)
  expect(printable('Ünï 漢字 😀')).toBe('Ünï 漢字 😀')
})

test('widths: styles take none, East Asian characters and emoji two', () => {
  expect(widthOf('abc')).toBe(3)
  expect(widthOf('\u001B[31mabc\u001B[39m')).toBe(3)
  expect(widthOf('漢字')).toBe(4)
  expect(widthOf('😀')).toBe(2)
})

test('a path that is too wide loses its middle', () => {
  expect(shorten('short', 10)).toBe('short')
  expect(shorten('abcdefghij', 5)).toBe('ab…ij')
  expect(shorten('abcdefghij', 1)).toBe('…')
  for (const columns of [2, 5, 9, 10])
    expect(widthOf(shorten('漢字漢字漢字漢字', columns))).toBeLessThanOrEqual(columns)
})
