import type { Backend } from './backend.ts'
import { Bench } from './cell/bench.ts'
import type { Outcome } from './cell/outcome.ts'
import { runCell } from './cell/run-cell.ts'
import type { Cell } from './matrix.ts'

export interface MatrixRun {
  readonly outcomes: readonly Outcome[]
  /** Backends that this machine cannot have, and why. */
  readonly unavailable: Readonly<Record<string, string>>
}

export interface MatrixOptions {
  readonly seed: number
  /** Shorter waits: for tests. Default: false. */
  readonly short?: boolean
  /** Backends at a time; cells of one follow one another, for they share its network. Default: 2. */
  readonly side?: number
  readonly onOutcome?: (outcome: Outcome) => void
  /** Told when all cells of a backend have run. */
  readonly onBackend?: (name: string, server: string) => void
}

/** Runs cells, backend by backend. */
export async function runMatrix(cells: readonly Cell[], options: MatrixOptions): Promise<MatrixRun> {
  const { seed, short = false, side = 2, onOutcome = () => {}, onBackend = () => {} } = options
  const waiting = [...Map.groupBy(cells, ({ backend }) => backend)]
  const outcomes: Outcome[] = []
  const unavailable: Record<string, string> = {}
  const runOne = async (backend: Backend, own: readonly Cell[]) => {
    const reason = await backend.unavailable?.()
    if (reason !== undefined) {
      unavailable[backend.name] = reason
      return
    }
    const bench = await Bench.open(backend, seed)
    try {
      for (const cell of own) {
        const outcome = await runCell(bench, cell, seed, short).catch((error: unknown) => broken(cell, seed, error))
        outcomes.push(outcome)
        onOutcome(outcome)
      }
      onBackend(backend.name, bench.server)
    } finally {
      await bench.close()
    }
  }
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await runOne(...next)
  }
  await Promise.all(Array.from({ length: side }, lane))
  return { outcomes, unavailable }
}

/** A cell that could not be judged to its end is none that went well. */
function broken({ backend, fault, direction, kill }: Cell, seed: number, error: unknown): Outcome {
  const why = error instanceof Error ? error.message : 'it broke'
  const nothing = { runs: 0, injected: 0, kills: 0, retries: 0, toldFailed: 0, bytesLost: 0, milliseconds: 0 }
  return { backend: backend.name, fault: fault.name, direction, kill, seed, ...nothing, wrong: [`not judged: ${why}`] }
}
