import type { Choice } from '../actions/archive/plan.ts'
import { formatBytes, formatCount } from './amounts.ts'
import { renderBar } from './bar.ts'
import { renderBlocks } from './blocks.ts'
import type { Style } from './style.ts'
import { renderTable, widthOfTable } from './table.ts'
import { printable, shorten, widthOf } from './text.ts'

/** What each class costs, the cheapest first; on a terminal that is too narrow for a table, some lines each. */
export function planTable(choices: readonly Choice[], style: Style, columns?: number): string {
  const head = ['REMOTE', 'CLASS', 'PAID FOR', 'REQUESTS', 'WRITE', 'KEEP', 'TOTAL', 'READ BACK', 'MINIMUM']
  const rows = choices.map(({ remote, line, billedBytes, requests, write, keep, total, restore, early }) => [
    printable(remote),
    printable(line.tier ?? line.id),
    formatBytes(billedBytes * line.copies),
    formatCount(requests),
    money(write),
    money(keep),
    `${money(total)} ${line.currency}`,
    money(restore),
    line.minimumDays === 0 ? '-' : `${line.minimumDays} d${early > 0 ? `, ${money(early)} of it` : ''}`,
  ])
  if (columns === undefined || widthOfTable([head, ...rows]) <= columns) return renderTable(head, rows, style)
  const blocks = rows.map(([remote = '', tier = '', ...values]) => ({
    title: nameOf(remote, tier),
    facts: values.map((value, index) => [head[index + 2] ?? '', value] as const),
  }))
  return renderBlocks(blocks, style, columns)
}

const longestBar = 32
const shortestBar = 8

/** Totals as bars; of the currency of the cheapest, because others cannot be compared. */
export function planChart(choices: readonly Choice[], unicode: boolean, columns = 100): string {
  const currency = choices[0]?.line.currency
  const comparable = choices.filter(({ line }) => line.currency === currency)
  const most = Math.max(...comparable.map(({ total }) => total))
  const names = comparable.map(({ remote, line }) => nameOf(printable(remote), printable(line.tier ?? line.id)))
  const sums = comparable.map(({ total }) => money(total))
  const widestOf = (texts: readonly string[]) => Math.max(...texts.map((text) => widthOf(text)))
  const left = columns - widestOf(sums) - 2
  const width = Math.min(widestOf(names), left)
  const room = Math.min(longestBar, left - width - 2)
  return comparable
    .map(({ total }, index) => {
      const bar = room < shortestBar ? '' : `${renderBar(most === 0 ? 0 : total / most, room, unicode)}  `
      return `${shorten(names[index] ?? '', width).padEnd(width)}  ${bar}${sums[index]}`
    })
    .join('\n')
}

/** Where all prices are shown, a line stands for the remote, and is called by the class already. */
function nameOf(remote: string, tier: string): string {
  return remote.endsWith(tier) ? remote : `${remote} ${tier}`
}

/** `1,234.50`; small amounts with two digits that count. */
function money(amount: number): string {
  if (amount === 0) return '0'
  if (amount < 0.01) return amount.toPrecision(2)
  const [whole = '0', cents = '00'] = amount.toFixed(2).split('.')
  return `${formatCount(Number(whole))}.${cents}`
}
