import { type Backend, type Direction, directions } from './backend.ts'
import { type FaultEntry, faults } from './faults.ts'
import { randomOf } from './random.ts'

/** One copy, what goes wrong with it, and whether its process is killed besides. */
export interface Cell {
  readonly backend: Backend
  readonly fault: FaultEntry
  readonly direction: Direction
  readonly kill: boolean
}

export interface Excused {
  readonly backend: string
  readonly fault: string
  readonly direction: Direction
  readonly reason: string
}

export interface Matrix {
  readonly cells: readonly Cell[]
  readonly excused: readonly Excused[]
}

export interface Chosen {
  readonly only?: readonly string[]
  readonly faults?: readonly string[]
}

/** Every backend, every fault, both ways, with and without a kill: but for what says nothing, each with its reason. */
export function matrixOf(backends: readonly Backend[], chosen: Chosen = {}): Matrix {
  const cells: Cell[] = []
  const excused: Excused[] = []
  for (const backend of backends) {
    if (chosen.only !== undefined && !chosen.only.some((word) => isNamed(backend, word))) continue
    for (const fault of faults) {
      if (chosen.faults !== undefined && !chosen.faults.includes(fault.name) && !chosen.faults.includes(fault.kind)) {
        continue
      }
      for (const direction of directions) {
        const reason = reasonAgainst(backend, fault, direction)
        if (reason !== undefined) {
          excused.push({ backend: backend.name, fault: fault.name, direction, reason })
          continue
        }
        // Without a fault there is nothing to see but the kill; what fails for good is not killed as well.
        if (fault.kind !== 'none') cells.push({ backend, fault, direction, kill: false })
        if (fault.lasts !== true) cells.push({ backend, fault, direction, kill: true })
      }
    }
  }
  return { cells, excused }
}

function isNamed({ name, adapters }: Backend, word: string): boolean {
  return name === word || adapters.includes(word)
}

function reasonAgainst(backend: Backend, fault: FaultEntry, direction: Direction): string | undefined {
  if (backend.local === true) {
    if (fault.kind !== 'none') return 'there is no network between a folder and a folder'
    if (direction === 'down') return 'both sides are folders: one way is the other'
  }
  return backend.excused?.(fault.name, direction)
}

/** A few of them, drawn from the seed: every backend and every fault at least once, and some kills. */
export function sampleOf(cells: readonly Cell[], seed: number): Cell[] {
  const random = randomOf(seed, 'sample')
  const ranked = cells.map((cell) => ({ cell, rank: random() })).toSorted((a, b) => a.rank - b.rank)
  const left = ranked.map(({ cell }) => cell)
  const uses = new Map<string, number>()
  const usesOf = ({ backend }: Cell) => uses.get(backend.name) ?? 0
  const chosen: Cell[] = []
  const take = (wanted: (cell: Cell) => boolean) => {
    // Of the backends that were taken least, the first that was drawn.
    const [best] = left.filter(wanted).toSorted((a, b) => usesOf(a) - usesOf(b))
    if (best === undefined) return
    left.splice(left.indexOf(best), 1)
    chosen.push(best)
    uses.set(best.backend.name, usesOf(best) + 1)
  }
  for (const name of new Set(cells.map(({ fault }) => fault.name))) take(({ fault }) => fault.name === name)
  for (const name of new Set(cells.map(({ backend }) => backend.name))) {
    if (!uses.has(name)) take(({ backend }) => backend.name === name)
  }
  return chosen
}

/** Of every backend and every fault one cell, drawn from the seed: another one with another seed. */
export function oneOfEach(cells: readonly Cell[], seed: number): Cell[] {
  const pairs = Map.groupBy(cells, ({ backend, fault }) => `${backend.name}\0${fault.name}`)
  return [...pairs].flatMap(([name, own]) => {
    const drawn = own[Math.floor(randomOf(seed, 'each', name)() * own.length)]
    return drawn === undefined ? [] : [drawn]
  })
}
