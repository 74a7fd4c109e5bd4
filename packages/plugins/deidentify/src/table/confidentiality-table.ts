import { laterEditions } from './later-editions.ts'
import { table } from './table.ts'

/** What the basic profile does (PS3.15 E.1.1). */
export type BasicAction = 'D' | 'Z' | 'X' | 'U' | 'Z/D' | 'X/Z' | 'X/D' | 'X/Z/D' | 'X/Z/U*'

export interface ConfidentialityRow {
  /** Eight digits in upper case; `X` stands for any. */
  readonly tag: string
  readonly basic: BasicAction
  /** By the letter of the column: what the option does instead. */
  readonly options: ReadonlyMap<string, 'K' | 'C'>
}

let rows: readonly ConfidentialityRow[] | undefined

/** The attributes of Table E.1-1, those of later editions included; read when first asked for. */
export function confidentialityTable(): readonly ConfidentialityRow[] {
  rows ??= `${table.trim()}
${laterEditions.trim()}`
    .split('\n')
    .flatMap((line) => {
      const [rule = '', tags = ''] = line.split(': ')
      const [basic = '', ...columns] = rule.split(' ')
      const options = new Map(columns.map((column) => [column.slice(0, 1), column.slice(1) as 'K' | 'C']))
      return tags.split(' ').map((tag) => ({ tag, basic: basic as BasicAction, options }))
    })
  return rows
}
