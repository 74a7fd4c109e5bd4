import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { freePort } from '@gantry-tooling/servers'

import { contest, type Contestant } from './contest.ts'
import { bytesOf, type DataSet, describeSet, emptyFolder, makeDataSet, refuseUnlessEqual } from './data-set.ts'
import { type Command, measure } from './measure.ts'
import { single } from './page/figure.ts'
import { notebook } from './page/notebook.ts'
import { reportContest } from './report.ts'

const set: DataSet = { name: 'C', files: 2, size: 512 * 2 ** 20 }

/** Through the hub on this machine, encrypted and as it is; a range of it; a workspace of many shapes. */
export async function benchShare(folder: string, rounds: number): Promise<string> {
  const data = makeDataSet(folder, set)
  const place = join(folder, 'share')
  const target = join(folder, 'shared-copy')
  emptyFolder(place)
  const stop = await startHub(place)
  try {
    const step = (name: string): Command => ({
      command: process.execPath,
      // The packages as they are built: what turns source into JavaScript takes memory that no user's program takes.
      args: [join(import.meta.dirname, 'share-run.ts'), name, place, data, target],
    })
    const up = (name: string, kind: string): Contestant => ({
      name,
      prepare: async () => void (await measure(step(`${kind}-remove`))),
      run: async () => await measure(step(`${kind}-up`)),
    })
    const down = (name: string, kind: string): Contestant => ({
      name,
      prepare: () => emptyFolder(target),
      run: async () => await measure(step(`${kind}-down`)),
      check: async () => await refuseUnlessEqual(data, target),
    })
    const asItIs = 'as it is'
    const uploads = await contest([up(asItIs, 'plain'), up('encrypted', 'sealed')], rounds)
    const downloads = await contest([down(asItIs, 'plain'), down('encrypted', 'sealed')], rounds)
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the shape of what the child prints
    const said = <Answer>(name: string, { command, args } = step(name)) =>
      JSON.parse(execFileSync(command, args, { encoding: 'utf8' })) as Answer
    return [
      reportContest(`folder -> hub, ${describeSet(set)}`, uploads, asItIs, bytesOf(set)),
      reportContest(`hub -> folder, ${describeSet(set)}`, downloads, asItIs, bytesOf(set)),
      reportRange(said('range')),
      reportShapes(said('shapes')),
    ].join('\n')
  } finally {
    await stop()
    rmSync(place, { recursive: true, force: true })
    rmSync(target, { recursive: true, force: true })
  }
}

async function startHub(folder: string): Promise<() => Promise<void>> {
  mkdirSync(join(folder, 'keeper'))
  const program = join(import.meta.dirname, 'share-hub.ts')
  const args = [program, folder, String(await freePort())]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(createInterface(child.stdout), 'line')
  return async () => {
    child.kill()
    await once(child, 'close')
  }
}

function reportRange(rows: readonly { start: number; read: number }[]): string {
  const lines = rows.map(
    ({ start, read }) => `  1 MiB from byte ${start}: ${(read / 2 ** 20).toFixed(3)} MiB were read`,
  )
  notebook.note({
    kind: 'values',
    title: 'a range of 1 MiB, decrypted, out of 1 GiB: what is read for it',
    unit: 'MiB',
    better: 'lower',
    rows: rows.map(({ start, read }) => single(`from byte ${start}`, read / 2 ** 20)),
  })
  return ['a range, decrypted, out of 1 GiB', ...lines, ''].join('\n')
}

/** Milliseconds. */
interface Timed {
  readonly serialize: number
  /** To JSON text. */
  readonly text: number
  /** From JSON text, bounds checked. */
  readonly parse: number
  readonly load: number
}

function reportShapes({ first, rest }: { readonly first: Timed; readonly rest: readonly Timed[] }): string {
  notebook.note({
    kind: 'values',
    title: 'a workspace of 10,000 shapes, to JSON and back',
    unit: 'ms',
    better: 'lower',
    rows: (['serialize', 'text', 'parse', 'load'] as const).map((name) => {
      const sorted = rest.map((one) => one[name]).toSorted((a, b) => a - b)
      const [least = 0, median = 0, most = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
      return { name, median, least, most }
    }),
  })
  const line = (what: keyof Timed) => {
    const sorted = rest.map((one) => one[what]).sort((a, b) => a - b)
    const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
    return `  ${what.padEnd(9)}  first ${first[what].toFixed(1)} ms  median ${middle.toFixed(1)} ms  most ${sorted.at(-1)?.toFixed(1)} ms`
  }
  return [
    'a workspace of 10,000 shapes, to JSON and back',
    line('serialize'),
    line('text'),
    line('parse'),
    line('load'),
    '',
  ].join('\n')
}
