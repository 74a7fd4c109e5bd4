import { randomOf, wholeOf } from '@gantry-tooling/chaos/random'

import type { Target } from '../target.ts'
import { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'
import { minimized, tryInput } from './try-input.ts'

export interface FuzzOptions {
  readonly seed: number
  /** Inputs that are tried; default: no limit. */
  readonly inputs?: number
  /** Milliseconds; default: no limit. */
  readonly milliseconds?: number
  /** Inputs that were kept: found earlier, or once wrong. */
  readonly corpus?: readonly Uint8Array[]
  /** Follows what inputs reach. Default: true; without it a run takes less, and is the same each time. */
  readonly guided?: boolean
  /** Told of each input before it is tried. */
  readonly onInput?: (input: Uint8Array) => void
}

export interface Finding {
  readonly input: Uint8Array
  readonly wrong: string
}

export interface Fuzzed {
  readonly inputs: number
  /** Blocks of code that were reached; 0 where that was not followed. */
  readonly blocks: number
  /** Inputs that reached something new. */
  readonly kept: readonly Uint8Array[]
  readonly findings: readonly Finding[]
}

/** Tried between two looks at what was reached, which cost more than inputs do. */
const batch = 50
const mostFindings = 5

/** Tries inputs on a target: its seeds, then what mutations make of them and of those that reached something new. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Fuzzed> {
  const { seed, inputs = Infinity, milliseconds = Infinity, corpus = [], guided = true, onInput = () => {} } = options
  const random = randomOf(seed, target.name)
  const words = (target.words ?? []).map((word) => new TextEncoder().encode(word))
  const seeds = [...(await target.seeds()), ...corpus]
  const pool = [...seeds]
  const findings: Finding[] = []
  const kept: Uint8Array[] = []
  const trial = await target.open()
  const coverage = guided ? await Coverage.start() : undefined
  const until = performance.now() + milliseconds
  const count = { tried: 0 }
  const isOver = () => count.tried >= inputs || performance.now() >= until
  const attempt = async (input: Uint8Array) => {
    count.tried += 1
    onInput(input)
    const wrong = await tryInput(trial, input)
    if (wrong === undefined) return
    // One of each kind.
    const [kind] = wrong.split('\n')
    if (findings.some((finding) => finding.wrong.split('\n')[0] === kind)) return
    findings.push({ input: await minimized(trial, input, wrong), wrong })
  }
  const again = async (input: Uint8Array) => {
    onInput(input)
    await tryInput(trial, input)
  }
  try {
    for (const input of seeds) await attempt(input)
    await coverage?.news()
    while (!isOver() && findings.length < mostFindings) {
      const made: Uint8Array[] = []
      while (made.length < batch && !isOver()) {
        const parent = pool[wholeOf(random, 0, pool.length - 1)] ?? new Uint8Array()
        const input = mutate(parent, random, pool, words)
        made.push(input)
        await attempt(input)
      }
      if (coverage === undefined) continue
      const found = await responsible(coverage, made, new Set(await coverage.news()), again)
      pool.push(...found)
      kept.push(...found)
    }
    return { inputs: count.tried, blocks: coverage?.blocks ?? 0, kept, findings }
  } finally {
    coverage?.stop()
    await trial.close?.()
  }
}

/** Which of the inputs get to these blocks: by halves, because looking costs more than running. Blocks that are explained are taken away. */
async function responsible(
  coverage: Coverage,
  inputs: readonly Uint8Array[],
  blocks: Set<string>,
  run: (input: Uint8Array) => Promise<void>,
): Promise<readonly Uint8Array[]> {
  if (blocks.size === 0 || inputs.length === 0) return []
  for (const input of inputs) await run(input)
  const reached = await coverage.reached(blocks)
  if (reached.length === 0) return []
  if (inputs.length === 1) {
    for (const block of reached) blocks.delete(block)
    return inputs
  }
  const middle = inputs.length >> 1
  return [
    ...(await responsible(coverage, inputs.slice(0, middle), blocks, run)),
    ...(await responsible(coverage, inputs.slice(middle), blocks, run)),
  ]
}
