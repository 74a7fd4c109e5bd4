import type { Style } from './style.ts'
import { widthOf } from './text.ts'

/** What a row of a table tells, where a terminal is too narrow for the table. */
export interface Block {
  /** On a line of its own, and never cut. */
  readonly title: string
  /** Headings of columns, and what stands below them. */
  readonly facts: readonly (readonly [string, string])[]
}

const indent = '  '
const gap = '  '

/** Some lines a row, broken between facts alone. */
export function renderBlocks(blocks: readonly Block[], style: Style, columns: number): string {
  return blocks.flatMap(({ title, facts }) => [style.bold(title), ...linesOf(facts, columns)]).join('\n')
}

function linesOf(facts: Block['facts'], columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const [head, value] of facts) {
    const fact = `${head.toLowerCase()} ${value}`
    const longer = `${line}${gap}${fact}`
    if (line !== '' && widthOf(indent + longer) <= columns) {
      line = longer
      continue
    }
    if (line !== '') lines.push(indent + line)
    line = fact
  }
  return line === '' ? lines : [...lines, indent + line]
}
