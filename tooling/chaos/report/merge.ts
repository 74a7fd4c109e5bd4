import type { Outcome } from '../cell/outcome.ts'
import type { ChaosRecord, ChaosRow } from './record.ts'

interface Ran {
  readonly outcomes: readonly Outcome[]
  readonly servers: Readonly<Record<string, string>>
  readonly node: string
  readonly date: string
  /** Names in the order of the matrix. */
  readonly backends: readonly string[]
  readonly faults: readonly string[]
}

/** What was run now stands for what was there of the same backend and fault; the rest stays. */
export function merge(before: ChaosRecord | undefined, ran: Ran): ChaosRecord {
  const backends = ran.backends.flatMap((name) => {
    const old = before?.backends.find((backend) => backend.name === name)
    const own = ran.outcomes.filter(({ backend }) => backend === name)
    const server = ran.servers[name] ?? old?.server
    if (server === undefined) return []
    const rows = ran.faults.flatMap((fault) => {
      const cells = own.filter((outcome) => outcome.fault === fault)
      const row = cells.length > 0 ? rowOf(fault, cells, ran.date) : old?.rows.find((one) => one.fault === fault)
      return row === undefined ? [] : [row]
    })
    return [{ name, server, rows }]
  })
  return { version: 1, node: ran.node, backends }
}

function rowOf(fault: string, cells: readonly Outcome[], date: string): ChaosRow {
  const sum = (of: (cell: Outcome) => number) => cells.reduce((total, cell) => total + of(cell), 0)
  return {
    fault,
    cells: cells.length,
    runs: sum(({ runs }) => runs),
    injected: sum(({ injected }) => injected),
    kills: sum(({ kills }) => kills),
    retries: sum(({ retries }) => retries),
    toldFailed: sum(({ toldFailed }) => toldFailed),
    bytesLost: sum(({ bytesLost }) => bytesLost),
    wronglyReported: sum(({ wrong }) => wrong.length),
    seeds: [...new Set(cells.map(({ seed }) => seed))].toSorted((a, b) => a - b),
    date,
  }
}
