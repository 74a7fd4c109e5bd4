import { expect, test } from 'vitest'

import { createStyle } from './style.ts'
import { renderFacts, renderTable, renderWhole } from './table.ts'
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

test.each([40, 60, 80])('what is of use only whole has a line of its own at %i columns', (columns) => {
  const uid = '1.3.6.1.4.1.5962.99.1.2280943358.716200484.1363785608958.3.0'
  const head = ['DATE', 'MODALITY', 'SERIES', 'INSTANCES', 'SIZE', 'STUDY']
  const text = renderWhole(head, [['2026-11-21', 'CT', '12', '1,234', '5.00 GB', uid]], plain, columns)
  const [title, ...lines] = text.split('\n')
  expect(title).toBe(uid)
  expect(lines.join(' ').replaceAll(/ +/gu, ' ')).toBe(
    ' date 2026-11-21 modality CT series 12 instances 1,234 size 5.00 GB',
  )
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns)
  expect(renderWhole(head, [['2026-11-21', 'CT', '12', '1,234', '5.00 GB', uid]], plain, 120)).toContain(`GB  ${uid}`)
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
