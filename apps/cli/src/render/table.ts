import Table from 'cli-table3'

import type { Style } from './style.ts'
import { shorten, widthOf } from './text.ts'

const noLines = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, '']),
)

const gap = '  '

/** Rows under a heading, without lines; the last column is cut to the width of the terminal, where there is one. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  columns?: number,
  cut = shorten,
): string {
  const all = [head, ...rows]
  const last = head.length - 1
  const before = head.slice(0, last).reduce((sum, _, column) => sum + widest(all, column) + gap.length, 0)
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(12, columns - before)
  const table = new Table({
    chars: { ...noLines, middle: gap },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    head: head.map((word) => style.bold(word)),
  })
  for (const row of rows) {
    table.push(row.map((cell, column) => (column === last ? cut(cell, room) : cell)))
  }
  return table.toString().replaceAll(/ +$/gmu, '')
}

/** Pairs, the words in a column of their own. */
export function renderFacts(facts: readonly (readonly [string, string])[], style: Style): string {
  const width = Math.max(0, ...facts.map(([word]) => widthOf(word)))
  return facts.map(([word, text]) => `${style.dim(word.padEnd(width))}  ${text}`).join('\n')
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return Math.max(...rows.map((row) => widthOf(row[column] ?? '')))
}
