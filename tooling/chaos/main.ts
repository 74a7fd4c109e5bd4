import { endWith, readArguments } from '@gantry-tooling/arguments'

import { backends } from './backends/index.ts'
import type { Outcome } from './cell/outcome.ts'
import { faults } from './faults.ts'
import { matrixOf, oneOfEach, sampleOf } from './matrix.ts'
import { readChaos, saveChaos } from './report/docs.ts'
import { merge } from './report/merge.ts'
import { runMatrix } from './run-matrix.ts'

const usage = `Usage: npm run chaos -- [--only ADAPTER] [--fault FAULT] [--rounds N] [--seed N] [--side N] [--each] [--sample] [--no-report]
  adapters: ${backends.map(({ name }) => name).join('; ')}
  faults: ${faults.map(({ name }) => name).join(', ')}`
const { values } = await readArguments(
  {
    options: {
      only: { type: 'string', multiple: true },
      fault: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      side: { type: 'string', default: '2' },
      each: { type: 'boolean', default: false },
      sample: { type: 'boolean', default: false },
      report: { type: 'boolean', default: true },
      help: { type: 'boolean' },
    },
    allowNegative: true,
  },
  usage,
)
const [rounds, first, side] = [values.rounds, values.seed, values.side].map(Number) as [number, number, number]
const { cells } = matrixOf(backends, {
  ...(values.only !== undefined && { only: values.only }),
  ...(values.fault !== undefined && { faults: values.fault }),
})
if (cells.length === 0 || ![rounds, first, side].every((one) => Number.isInteger(one) && one > 0)) {
  await endWith(2, usage)
}

const say = (outcome: Outcome) => {
  const { backend, fault, direction, kill, wrong, bytesLost, injected, runs, milliseconds } = outcome
  const verdict = wrong.length === 0 && bytesLost === 0 ? 'ok' : `WRONG, ${bytesLost} bytes lost`
  console.log(
    `${verdict}  ${backend}, ${fault}, ${direction}${kill ? ', killed' : ''}: ${injected} injected, ${runs} runs, ${milliseconds} ms`,
  )
  for (const sentence of wrong) console.log(`    ${sentence}`)
}
// Servers that are processes of their own end with this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const outcomes: Outcome[] = []
const servers: Record<string, string> = {}
const started = new Date().toISOString().slice(0, 10)
for (let round = 0; round < rounds; round += 1) {
  const seed = first + round
  const chosen = values.sample ? sampleOf(cells, seed) : values.each ? oneOfEach(cells, seed) : cells
  console.log(`Seed ${seed}: ${chosen.length} cells`)
  const run = await runMatrix(chosen, {
    seed,
    side,
    short: values.sample,
    onOutcome(outcome) {
      outcomes.push(outcome)
      say(outcome)
    },
    // It takes half an hour: what ran is kept, whatever becomes of the rest.
    onBackend(name, server) {
      servers[name] = server
      save()
    },
  })
  if (round === 0)
    for (const [name, reason] of Object.entries(run.unavailable)) console.log(`Not run: ${name}, ${reason}`)
}

function save(): void {
  if (!values.report || values.sample) return
  saveChaos(
    merge(readChaos(), {
      outcomes: outcomes.filter(({ backend }) => backend in servers),
      servers,
      node: process.version.slice(1),
      date: started,
      backends: backends.map(({ name }) => name),
      faults: faults.map(({ name }) => name),
    }),
  )
}

const bad = outcomes.filter(({ wrong, bytesLost }) => wrong.length > 0 || bytesLost > 0)
const total = (of: (outcome: Outcome) => number) => outcomes.reduce((sum, outcome) => sum + of(outcome), 0)
console.log(
  `${outcomes.length} cells, ${total(({ runs }) => runs)} runs, ${total(({ injected }) => injected)} faults injected, ` +
    `${total(({ kills }) => kills)} kills: ${total(({ bytesLost }) => bytesLost)} bytes lost, ` +
    `${total(({ wrong }) => wrong.length)} wrongly reported`,
)
process.exitCode = bad.length > 0 || outcomes.length === 0 ? 1 : 0
