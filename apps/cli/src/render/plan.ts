import type { Choice } from '../actions/archive/plan.ts'
import { formatBytes, formatCount } from './amounts.ts'
import { renderBar } from './bar.ts'
import type { Style } from './style.ts'
import { renderTable } from './table.ts'
import { printable } from './text.ts'

/** What each class costs, the cheapest first. */
export function planTable(choices: readonly Choice[], style: Style): string {
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
  return renderTable(head, rows, style)
}

/** Totals as bars; of the currency of the cheapest, because others cannot be compared. */
export function planChart(choices: readonly Choice[], unicode: boolean): string {
  const currency = choices[0]?.line.currency
  const comparable = choices.filter(({ line }) => line.currency === currency)
  const most = Math.max(...comparable.map(({ total }) => total))
  const names = comparable.map(({ remote, line }) =>
    printable(`${remote === '-' ? '' : `${remote} `}${line.tier ?? line.id}`),
  )
  const width = Math.max(...names.map((name) => name.length))
  return comparable
    .map(({ total }, index) => {
      const bar = renderBar(most === 0 ? 0 : total / most, 32, unicode)
      return `${(names[index] ?? '').padEnd(width)}  ${bar}  ${money(total)}`
    })
    .join('\n')
}

/** `1,234.50`; small amounts with two digits that count. */
function money(amount: number): string {
  if (amount === 0) return '0'
  if (amount < 0.01) return amount.toPrecision(2)
  const [whole = '0', cents = '00'] = amount.toFixed(2).split('.')
  return `${formatCount(Number(whole))}.${cents}`
}
