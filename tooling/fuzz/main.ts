import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { endWith, readArguments } from '@gantry-tooling/arguments'

import { corpusOf, keep } from './engine/corpus.ts'
import { fuzzInThread } from './engine/in-thread.ts'
import { tryInput } from './engine/try-input.ts'
import { targets } from './targets/index.ts'

const usage = async () => {
  const lines = ['Usage: npm run fuzz -- [target]... [--seconds N] [--seed N], or: target --input FILE']
  for (const open of Object.values(targets)) {
    const { name, invariants } = await open()
    lines.push(`  ${name}: ${invariants}`)
  }
  return lines.join('\n')
}
const { values, positionals } = await readArguments(
  {
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      input: { type: 'string' },
      help: { type: 'boolean' },
    },
  },
  usage,
)
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const chosen = Object.keys(targets).filter((name) => positionals.length === 0 || positionals.includes(name))
const unknown = positionals.filter((name) => !(name in targets))
const one = values.input === undefined || chosen.length === 1
if (unknown.length > 0 || !one || !(seconds > 0) || !Number.isInteger(seed)) await endWith(2, usage)

const crashes = join(import.meta.dirname, 'crashes')
if (values.input === undefined) {
  for (const name of chosen) {
    const options = { seed, milliseconds: seconds * 1000, corpus: corpusOf(name) }
    const { inputs, blocks, kept, findings } = await fuzzInThread(name, options)
    console.log(
      `${name}, seed ${seed}: ${inputs} inputs, ${blocks} blocks reached, ${kept.length} inputs kept, ${findings.length} findings`,
    )
    for (const { input, wrong } of findings) {
      process.exitCode = 1
      const file = relative(process.cwd(), keep(crashes, name, input))
      console.log(`  ${wrong.split('\n').slice(0, 6).join('\n  ')}\n  again: npm run fuzz -- ${name} --input ${file}`)
    }
  }
} else {
  const target = await targets[chosen[0] ?? '']?.()
  const trial = await target?.open()
  const wrong = trial && (await tryInput(trial, Uint8Array.from(readFileSync(values.input))))
  await trial?.close?.()
  console.log(wrong ?? 'Nothing is wrong with it.')
  process.exitCode = wrong === undefined ? 0 : 1
}
