import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'

import type { Direction } from '../backend.ts'
import type { Trouble } from '../faults.ts'
import type { Cell } from '../matrix.ts'
import { randomOf } from '../random.ts'
import type { Bench } from './bench.ts'
import { lastOf, type Line, type Run, runGantry } from './command.ts'
import { type Contents, contentsOf, writeFiles } from './files.ts'
import { bytesLost, judge } from './judge.ts'
import type { Outcome } from './outcome.ts'
import { environment, inPlace } from './place.ts'

/** How often a kill is tried that came too late. */
const killAttempts = 4

/** A copy that is set up: where from, where to, and how both sides are looked at without the network. */
interface Copy {
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly source: Contents
  readonly arrived: () => Promise<Contents>
}

/** Runs a cell: with the fault, looks at what was told and what is there; then without it, until all of it is there. */
export async function runCell(bench: Bench, cell: Cell, seed: number, short: boolean): Promise<Outcome> {
  const began = performance.now()
  const { backend, fault, direction, kill } = cell
  const { network } = bench
  const random = randomOf(seed, backend.name, fault.name, direction, String(kill))
  const folder = await bench.newFolder()
  const copy = await setUp(bench, direction, folder)
  const wrong: string[] = []
  const counted = { runs: 0, injected: 0, kills: 0, retries: 0, toldFailed: 0 }
  const count = (run: Run) => {
    counted.runs += 1
    counted.retries += run.lines.findLast(({ progress }) => progress !== undefined)?.progress?.retries ?? 0
    counted.toldFailed += run.lines.filter(({ type }) => type === 'entry:error').length
  }
  const usual = await bench.usual(direction, short)
  const trouble = fault.draw({ random, direction, data: bench.data(direction), requests: usual.requests, short })
  const before = network.injected
  let whole = 0
  network.set(trouble.rules ?? [])
  const strike = strikeOf(bench, trouble, usual.bytes, () => (whole += 1))
  for (let attempt = 1; ; attempt += 1) {
    const killing = kill ? killerOf(bench, random() * (0.9 / attempt), usual.bytes, copy.source.size) : undefined
    const run = await runGantry([...copy.words, ...(kill ? ['--bwlimit', '1M'] : [])], copy.env, (lines, end) => {
      strike()
      killing?.(lines, end)
    })
    count(run)
    if (run.code === 'SIGKILL') counted.kills += 1
    wrong.push(...judge(run, copy.source, await copy.arrived()))
    if (fault.lasts === true && run.code === 0) wrong.push('a fault that does not pass, and exit code 0')
    if (!kill || run.code === 'SIGKILL') break
    if (attempt === killAttempts) {
      wrong.push('the process ended each time before it was killed')
      break
    }
    await rm(folder, { recursive: true })
    Object.assign(copy, await setUp(bench, direction, folder))
    network.set(trouble.rules ?? [])
  }
  counted.injected = network.injected - before + whole
  network.set([])
  network.heal()
  if (fault.kind !== 'none' && counted.injected === 0 && counted.kills === 0) wrong.push('the fault was never injected')
  // Up to three more runs: what is done must be told done by the last, and by all of them nothing wrong.
  for (let more = 1; ; more += 1) {
    const run = await runGantry(copy.words, copy.env)
    count(run)
    const arrived = await copy.arrived()
    wrong.push(...judge(run, copy.source, arrived))
    const lost = bytesLost(copy.source, arrived)
    if (run.code !== 0) wrong.push(`without any fault, exit code ${run.code}: ${lastOf(run)}`)
    if (run.code === 0 || more === 2) {
      await rm(folder, { recursive: true, force: true })
      const { name } = backend
      const about = { backend: name, fault: fault.name, direction, kill, seed }
      return { ...about, ...counted, bytesLost: lost, wrong, milliseconds: Math.round(performance.now() - began) }
    }
  }
}

async function setUp(bench: Bench, direction: Direction, folder: string): Promise<Copy> {
  const local = join(folder, 'local')
  await mkdir(local, { recursive: true })
  if (direction === 'down') {
    const { place, contents } = await bench.seeded()
    const words = ['copy', 'there:', local, ...(place.words?.down ?? [])]
    const arrived = async () => await contentsOf(new Store(fs({ root: local })))
    return { words, env: await environment(folder, place), source: contents, arrived }
  }
  const files = await writeFiles(local, bench.nextSeed())
  const place = await bench.place(files)
  const arrived = async () => await inPlace(place)
  const words = ['copy', local, 'there:', ...(place.words?.up ?? [])]
  return { words, env: await environment(folder, place), source: files.contents, arrived }
}

/** Partitions the network for a while, or cuts all connections, once so much has passed. */
function strikeOf({ network }: Bench, { whole }: Trouble, bytes: number, struck: () => void): () => void {
  const begun = network.bytes
  let due = whole !== undefined
  return () => {
    if (!due || whole === undefined || network.bytes - begun < whole.after * bytes) return
    due = false
    struck()
    if (whole.kind === 'cut') return network.cut()
    network.partition()
    void sleep(whole.milliseconds).then(() => network.heal())
  }
}

/** Kills once this share of what usually passes has passed; on one machine, of the files. */
function killerOf({ network, isLocal }: Bench, share: number, bytes: number, files: number) {
  const begun = network.bytes
  return (lines: readonly Line[], end: () => void) => {
    const passed = isLocal
      ? lines.filter(({ type }) => type === 'entry:start' || type === 'entry:done').length / (2 * files)
      : (network.bytes - begun) / bytes
    if (lines.length > 0 && passed >= share) end()
  }
}
