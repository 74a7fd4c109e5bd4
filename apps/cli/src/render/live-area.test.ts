import { expect, test } from 'vitest'

import type { Output } from '../io.ts'
import { LiveArea, printAbove } from './live-area.ts'

function output(columns: number): Output & { text: string; columns: number } {
  return {
    text: '',
    columns,
    isTerminal: true,
    ready: () => Promise.resolve(),
    written: () => Promise.resolve(true),
    write(text) {
      this.text += text
    },
  }
}

/** What a terminal shows after that; knows as much of terminals as the area uses. */
function screen(text: string): string[] {
  const rows: string[] = ['']
  let row = 0
  let column = 0
  // oxlint-disable-next-line no-control-regex -- terminals are driven by them
  for (const [part] of text.matchAll(/\u001B\[(\d*)([AJK])|\r|\n|[^\u001B\r\n]+/gu)) {
    if (part === '\n') {
      row += 1
      column = 0
      rows[row] ??= ''
    } else if (part === '\r') column = 0
    else if (part.endsWith('A')) row -= Number(/\d+/u.exec(part)?.[0] ?? 1)
    else if (part === '\u001B[J') {
      rows.length = row + 1
      rows[row] = rows[row]?.slice(0, column) ?? ''
    } else if (part === '\u001B[K') rows[row] = rows[row]?.slice(0, column) ?? ''
    else {
      const line = rows[row] ?? ''
      rows[row] = line.slice(0, column) + part + line.slice(column + part.length)
      column += part.length
    }
  }
  return rows
}

test('draws in place, and leaves nothing', () => {
  const out = output(20)
  const area = new LiveArea(out)
  out.write('before\n')
  area.draw(['one', 'two'])
  area.draw(['three', 'x'])
  expect(screen(out.text)).toEqual(['before', 'three', 'x'])
  area.print('said')
  expect(screen(out.text)).toEqual(['before', 'said', 'three', 'x'])
  area.clear()
  area.clear()
  expect(screen(out.text)).toEqual(['before', 'said', ''])
})

test('reckons with lines that a terminal has wrapped since', () => {
  const out = output(20)
  const area = new LiveArea(out)
  area.draw(['0123456789'])
  out.columns = 5
  out.text = ''
  area.draw(['01'])
  expect(out.text).toContain('\u001B[1A')
})

test('a line that is printed stays above what is drawn just now', () => {
  const terminal = output(80)
  const area = new LiveArea(terminal)
  printAbove(terminal, 'before')
  area.draw(['half'])
  printAbove(terminal, 'meanwhile')
  expect(screen(terminal.text)).toEqual(['before', 'meanwhile', 'half'])
  area.clear()
  printAbove(terminal, 'after')
  expect(screen(terminal.text)).toEqual(['before', 'meanwhile', 'after', ''])
})
