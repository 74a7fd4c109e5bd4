import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'

import { amount, count, megabytes, seconds, speed, step } from './account.ts'
import { differingFiles } from './compare-files.ts'
import { gantry, type Line } from './gantry.ts'
import type { Study } from './study.ts'

export interface JourneyOptions {
  /** For store, restored files and records of jobs; its owner removes it. */
  readonly temporary: string
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** Seconds that the first copy is slowed down to, so that there is a half way to kill it at, however small the study. */
const slowed = 3
/** Failures that are shown. */
const mostShown = 10

/** Folder to store, killed half way; on with it; verify; restore; compare. Answers whether everything held. */
export async function journey(study: Study, { temporary, print, signal }: JourneyOptions): Promise<boolean> {
  const { folder, files, bytes } = study
  const store = join(temporary, 'store')
  const restored = join(temporary, 'restored')
  const options = { state: join(temporary, 'jobs'), signal }
  const began = performance.now()
  const problems: string[] = []
  const hold = (held: boolean, ...told: readonly string[]) => {
    if (!held) problems.push(...told)
  }
  const made = study.made === undefined ? '' : `, made in ${seconds(study.made)}`
  print(step('study', `${study.title}: ${amount(files.size, bytes)}${made}`))

  // Half way.
  const first = new Leg()
  const limit = `${Math.max(1, Math.ceil(bytes / slowed))}`
  const killed = await gantry(['copy', folder, store, '--bwlimit', limit], {
    ...options,
    see(line, kill) {
      first.see(line)
      if (first.moved >= bytes / 2 && first.done.size > 0) kill()
    },
  })
  const { id } = first
  if (id === undefined) throw new Error('The copy did not begin.')
  const before = await recordOf(id, options)
  hold(killed === 'SIGKILL' || killed === 0, `the copy ended with ${killed}`)
  const where = `after ${amount(before.done.entries, before.done.bytes)}`
  const over = before.state === 'completed'
  const fate = over ? `over ${where}, too small to be killed half way` : `slowed down; killed (kill -9) ${where}`
  print(step('copy', `to a store: ${fate}`))

  // On with it, at full speed.
  const second = new Leg()
  if (!over) {
    const see = (line: Line) => second.see(line)
    const code = await gantry(['jobs', 'resume', id, '--bwlimit', 'none'], { ...options, see })
    hold(code === 0, `resume ended with ${code}`)
    const again = [...second.done.keys()].filter((path) => first.done.has(path)).length
    hold(again === 0, `${count(again)} files were sent twice`)
    const notAgain = `${count(before.done.entries)} not sent again`
    print(step('resume', `${describeLeg(second)}; ${notAgain}; ${remarks(second.result)}`))
  }
  const { done, failed } = await recordOf(id, options)
  hold(failed.length === 0, ...describeFailures(failed))
  hold(done.entries === files.size && done.bytes === bytes, 'not everything was copied')
  // What was recorded in the moment of the kill was not told any more.
  const targetOf = (path: string) => second.targets.get(path) ?? first.targets.get(path) ?? path.normalize('NFC')
  const targets = new Set([...files.keys()].map((path) => targetOf(path)))
  const left = (await filesIn(store)).filter((path) => !targets.has(path))
  hold(left.length === 0, `${count(left.length)} temporary files were left in the store`)

  // What the store gives back against the digests that were taken while the bytes passed.
  const verifyBegan = performance.now()
  let same = { entries: 0, bytes: 0 }
  const verified = await gantry(['verify', id], { ...options, see: (line) => (same = line.totals?.['same'] ?? same) })
  hold(same.entries === files.size, 'not every digest was the same')
  // It ends with 1 as well where the copy did, which is told.
  hold(verified === 0 || problems.length > 0, `verify ended with ${verified}`)
  const verifySpeed = speed(same.bytes, performance.now() - verifyBegan)
  print(step('verify', `${count(same.entries)} of ${count(files.size)} SHA-256 digests the same, in ${verifySpeed}`))

  // Back.
  const back = new Leg()
  const code = await gantry(['copy', store, restored], { ...options, see: (line) => back.see(line) })
  const unrestored = code === 0 || back.id === undefined ? [] : (await recordOf(back.id, options)).failed
  hold(code === 0, `the restore ended with ${code}`, ...describeFailures(unrestored))
  print(step('restore', `${describeLeg(back)}; ${remarks(back.result)}`))

  const pairs = [...files.keys()].map((path) => [path, targetOf(path)] as const)
  const differing = await differingFiles(folder, restored, pairs)
  hold(differing.length === 0, `${count(differing.length)} files differ`)
  print(
    step('compare', `${count(files.size - differing.length)} of ${count(files.size)} files identical, byte for byte`),
  )

  for (const problem of problems) print(step('PROBLEM', problem))
  const took = seconds(performance.now() - began)
  print(problems.length === 0 ? `All held: ${megabytes(bytes)} there and back in ${took}.` : 'Not everything held.')
  return problems.length === 0
}

/** What one run of a copy told. */
class Leg {
  readonly done = new Map<string, number>()
  readonly targets = new Map<string, string>()
  id: string | undefined
  moved = 0
  result: Line | undefined

  see(line: Line): void {
    if (line.type === 'job') this.id = line.id
    if (line.type === 'progress') this.moved = Math.max(this.moved, line.bytes ?? 0)
    if (line.type === 'result') this.result = line
    if (line.type !== 'entry:done' || line.path === undefined) return
    this.done.set(line.path, line.bytes ?? 0)
    this.targets.set(line.path, line.target ?? line.path)
    this.moved = Math.max(this.moved, total(this.done))
  }
}

/** What the journal of a job knows: all that survived the kill; why files failed, for who knows them by name. */
async function recordOf(id: string, options: { readonly state: string; readonly signal: AbortSignal }) {
  let state = ''
  let done = { entries: 0, bytes: 0 }
  const failed: string[] = []
  const see = (line: Line) => {
    if (line.type === 'failed') failed.push(`${JSON.stringify(line.path)}: ${line.message}`)
    state = line.state ?? state
    done = line.record?.done ?? done
  }
  await gantry(['jobs', 'show', id], { ...options, see })
  return { state, done, failed }
}

function describeLeg({ done, result }: Leg): string {
  const bytes = total(done)
  return `${amount(done.size, bytes)} in ${speed(bytes, result?.elapsed ?? 0)}`
}

function describeFailures(failed: readonly string[]): string[] {
  const shown = failed.slice(0, mostShown)
  return failed.length > shown.length ? [...shown, `and ${count(failed.length - shown.length)} more`] : shown
}

function remarks(result: Line | undefined): string {
  const { skipped, retries = 0 } = result?.progress ?? {}
  return `${count(skipped?.entries ?? 0)} skipped, ${count(retries)} retried`
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found
    .filter((one) => !one.isDirectory())
    .map((one) =>
      join(one.parentPath, one.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
}

function total(sizes: ReadonlyMap<string, number>): number {
  let bytes = 0
  for (const size of sizes.values()) bytes += size
  return bytes
}
