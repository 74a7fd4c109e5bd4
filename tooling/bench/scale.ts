import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { single } from './page/figure.ts'
import { notebook } from './page/notebook.ts'

interface Ran {
  readonly plan: number
  readonly run: number
  readonly done: number
  readonly rss: number
}

interface Resumed {
  readonly resume: number
  readonly done: number
  readonly phase: string
  readonly rss: number
}

/** Planning, journalling and resuming of 10,000 and 1,000,000 entries of a synthetic store. */
export function benchScale(folder: string): string {
  const small = measureScale(folder, 10_000)
  const large = measureScale(folder, 1_000_000)
  const each = (milliseconds: number, entries: number) => `${((milliseconds * 1000) / entries).toFixed(2)} µs`
  const line = ({ entries, ran, resumed }: ReturnType<typeof measureScale>) =>
    [
      `  ${String(entries).padStart(9)} entries`,
      `plan ${each(ran.plan, entries)} each`,
      `run ${each(ran.run, ran.done)} each`,
      `resume with ${ran.done} done ${(resumed.resume / 1000).toFixed(2)} s`,
      `peak ${(Math.max(ran.rss, resumed.rss) / 2 ** 20).toFixed(0)} MiB`,
    ].join('  ')
  const both = [small, large]
  const values = (title: string, unit: string, of: (one: typeof small) => number) =>
    notebook.note({
      kind: 'values',
      title,
      unit,
      better: 'lower',
      anchor: `${small.entries} entries`,
      rows: both.map((one) => single(`${one.entries} entries`, of(one))),
    })
  values('planning, an entry', 'µs', ({ entries, ran }) => (ran.plan * 1000) / entries)
  values('running, an entry', 'µs', ({ ran }) => (ran.run * 1000) / ran.done)
  values('resuming, with half of it done', 's', ({ resumed }) => resumed.resume / 1000)
  values('peak memory', 'MiB', ({ ran, resumed }) => Math.max(ran.rss, resumed.rss) / 2 ** 20)
  const ratio = (large.ran.plan / large.entries / (small.ran.plan / small.entries)).toFixed(2)
  const runs = (large.ran.run / large.ran.done / (small.ran.run / small.ran.done)).toFixed(2)
  return [
    'planning and journalling, synthetic store',
    line(small),
    line(large),
    `  cost an entry at 1M against 10k: plan ${ratio}x, run ${runs}x`,
    '',
  ].join('\n')
}

function measureScale(folder: string, entries: number): { entries: number; ran: Ran; resumed: Resumed } {
  const jobs = mkdtempSync(join(folder, 'jobs-'))
  try {
    const ran = child<Ran>(jobs, entries, 'all')
    const resumed = child<Resumed>(jobs, entries, 'resume')
    if (resumed.done !== entries || resumed.phase !== 'completed') throw new Error('The resumed job did not complete.')
    return { entries, ran, resumed }
  } finally {
    rmSync(jobs, { recursive: true, force: true })
  }
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the shape of what the child prints
function child<Answer>(folder: string, entries: number, step: string): Answer {
  const script = join(import.meta.dirname, 'scale-run.ts')
  const args = ['--conditions=@gantry/source', script, folder, String(entries), step]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Answer
}
