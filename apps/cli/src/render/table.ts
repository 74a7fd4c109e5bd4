import Table from 'cli-table3'

import { renderBlocks } from './blocks.ts'
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

/** As `renderTable`, for a last column that is of use only whole, such as a UID: where it does not fit, some lines a row. */
export function renderWhole(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  columns?: number,
): string {
  if (columns === undefined || widthOfTable([head, ...rows]) <= columns) return renderTable(head, rows, style)
  const names = head.slice(0, -1)
  const blocks = rows.map((row) => ({
    title: row.at(-1) ?? '',
    facts: names.map((name, column) => [name, row[column] ?? ''] as const),
  }))
  return renderBlocks(blocks, style, columns)
}

/** Pairs, the words in a column of their own. */
export function renderFacts(facts: readonly (readonly [string, string])[], style: Style): string {
  const width = Math.max(0, ...facts.map(([word]) => widthOf(word)))
  return facts.map(([word, text]) => `${style.dim(word.padEnd(width))}  ${text}`).join('\n')
}

/** Columns that a table takes, its heading included. */
export function widthOfTable(rows: readonly (readonly string[])[]): number {
  const [head = []] = rows
  return head.reduce((sum, _, column) => sum + widest(rows, column) + gap.length, -gap.length)
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return Math.max(...rows.map((row) => widthOf(row[column] ?? '')))
}
