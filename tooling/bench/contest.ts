import { execFileSync } from 'node:child_process'

import type { Cost } from './measure.ts'

/** One of those that do the same work. */
export interface Contestant {
  readonly name: string
  /** Undoes what the last run left; not measured. */
  readonly prepare?: () => Promise<void> | void
  readonly run: () => Promise<Cost>
  /** Proves that the work was done; not measured. */
  readonly check?: () => Promise<void> | void
}

export interface Row {
  readonly name: string
  readonly runs: readonly Cost[]
  readonly median: Cost
}

/**
 * Runs all contestants in turn, several times over, so that whatever else the machine does hits all of them alike.
 * The first round warms caches and is not counted.
 */
export async function contest(contestants: readonly Contestant[], rounds: number): Promise<Row[]> {
  const runs = new Map<string, Cost[]>(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, prepare, run, check } of contestants) {
      // Whoever flushes would else wait for what the one before has only written to memory. Before memory is given up, because
      // a virtual machine gives that back to its host within a second, and whoever writes next would wait for all of it.
      execFileSync('sync')
      await prepare?.()
      execFileSync('sync')
      const cost = await run()
      await check?.()
      // A run takes minutes, and its table comes at the end.
      process.stderr.write(
        `  ${round === 0 ? 'warming' : `round ${round}`}  ${name}  ${(cost.wall / 1000).toFixed(2)} s\n`,
      )
      if (round > 0 || rounds === 0) runs.get(name)?.push(cost)
    }
  }
  return [...runs].map(([name, costs]) => ({ name, runs: costs, median: medianOf(costs) }))
}

function medianOf(costs: readonly Cost[]): Cost {
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
  return {
    wall: middle(costs.map(({ wall }) => wall)),
    cpu: middle(costs.map(({ cpu }) => cpu)),
    rss: middle(costs.map(({ rss }) => rss)),
  }
}
