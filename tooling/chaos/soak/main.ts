import { endWith, readArguments } from '@gantry-tooling/arguments'

import { saveSoak } from '../report/docs.ts'
import { boundOf, secondHalf, slopePerHour } from './slope.ts'
import { soak } from './soak.ts'

const usage = 'Usage: npm run soak -- [--minutes N] [--workers N] [--no-report]'
const { values } = await readArguments(
  {
    options: {
      minutes: { type: 'string', default: '30' },
      workers: { type: 'string', default: '12' },
      report: { type: 'boolean', default: true },
      help: { type: 'boolean' },
    },
    allowNegative: true,
  },
  usage,
)
const [minutes, workers] = [Number(values.minutes), Number(values.workers)]
if (!(minutes > 0) || !Number.isInteger(workers) || workers < 1) await endWith(2, usage)
// Servers that are processes of their own end with this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const date = new Date().toISOString().slice(0, 10)
let told = 0
const { operations, errors, samples } = await soak({
  milliseconds: minutes * 60_000,
  workers,
  every: 1000,
  onSample({ at, rss, handles }, done) {
    if (at - told < 30_000) return
    told = at
    const count = [...done.operations.values()].reduce((sum, one) => sum + one, 0)
    console.log(
      `${(rss / 2 ** 20).toFixed(1)} MiB, ${handles} handles, ${count} operations, ${done.errors.length} errors`,
    )
  },
})
const half = secondHalf(samples)
const [first, last] = [half[0], half.at(-1)]
if (first === undefined || last === undefined) throw new Error('The hub was never looked at.')
const most = (of: 'rss' | 'handles') => Math.max(...samples.map((sample) => sample[of]))
const slope = slopePerHour(half, 'rss')
const bound = boundOf(last.at - first.at)
// A handle that is not closed by each client in its turn would be thousands.
const leaking = last.handles > first.handles + workers
saveIfWanted()
for (const error of new Set(errors)) console.log(error)
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
console.log(
  `RSS ${mebibytes(slope)} an hour over the second half (bound: ${mebibytes(bound)}); handles ${first.handles} to ${last.handles}`,
)
process.exitCode = errors.length > 0 || slope > bound || leaking ? 1 : 0

function saveIfWanted(): void {
  if (!values.report) return
  saveSoak({
    version: 1,
    node: process.version.slice(1),
    date,
    minutes,
    workers,
    operations: Object.fromEntries([...operations].toSorted(([a], [b]) => a.localeCompare(b))),
    errors: errors.length,
    rss: { first: samples[0]?.rss ?? 0, last: last?.rss ?? 0, most: most('rss'), slope, bound },
    handles: { first: samples[0]?.handles ?? 0, last: last?.handles ?? 0, most: most('handles') },
    samples: samples.length,
  })
}
