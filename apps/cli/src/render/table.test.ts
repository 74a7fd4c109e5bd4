import { expect, test } from 'vitest'

import { createStyle } from './style.ts'
import { renderFacts, renderTable } from './table.ts'
import { widthOf } from './text.ts'

const plain = createStyle(false)

test('a table has columns without lines', () => {
  expect(
    renderTable(
      ['Job', 'State'],
      [
        ['a', 'running'],
        ['long-id', 'x'],
      ],
      plain,
    ),
  ).toBe(['Job      State', 'a        running', 'long-id  x'].join('\n'))
})

test('its last column gives way on a narrow terminal', () => {
  const row = ['20261121-7f3a9c', 'completed', '/a/very/long/path/to/a/folder → s3://bucket/with/a/prefix']
  const text = renderTable(['Job', 'State', 'From → To'], [row], plain, 50)
  for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(50)
  expect(text).toContain('…')
})

test('facts stand side by side', () => {
  expect(
    renderFacts(
      [
        ['Path', 'x'],
        ['Content type', 'y'],
      ],
      plain,
    ),
  ).toBe('Path          x\nContent type  y')
})

test('styles are for those who can see them', () => {
  expect(createStyle(true).red('x')).toBe('\u001B[31mx\u001B[39m')
  expect(createStyle(false).red('x')).toBe('x')
})
