import type { Run } from './command.ts'
import type { Contents } from './files.ts'

/** What was told wrong by a run, each in a sentence; empty where all of it was true. */
export function judge(run: Run, source: Contents, arrived: Contents): string[] {
  const wrong: string[] = run.hung === true ? ['it hung, and had to be killed'] : []
  const there = new Set([...arrived.values()].map(({ sha256 }) => sha256))
  const known = new Set([...source.values()].map(({ sha256 }) => sha256))
  for (const [path, { sha256 }] of arrived) {
    if (!known.has(sha256)) wrong.push(`${path} is there with bytes that nobody sent`)
  }
  const failed = new Set<string>()
  for (const { type, path = '', reason } of run.lines) {
    const isDone = type === 'entry:done' || (type === 'entry:skip' && reason === 'same')
    if (!isDone && type !== 'entry:error') continue
    const sent = source.get(path)
    if (sent === undefined) wrong.push(`${type} names ${path}, which is no file of the source`)
    else if (isDone && !there.has(sent.sha256)) wrong.push(`${type} of ${path}, which is not there as it was`)
    if (!isDone) failed.add(path)
  }
  // A killed process says nothing of what it did not come to.
  if (typeof run.code === 'string') return wrong
  const missing = [...source].filter(([, { sha256 }]) => !there.has(sha256)).map(([path]) => path)
  const stopped = run.lines.some(({ type, phase }) => type === 'result' && phase !== 'completed')
  if (run.code === 0) {
    for (const path of missing) wrong.push(`exit code 0 without ${path}`)
    for (const path of failed) wrong.push(`exit code 0 with ${path} failed`)
    // Of all runs of the job: what an earlier one has done is not told again.
    const progress = run.lines.findLast(({ type }) => type === 'result')?.progress
    const total = (progress?.done.entries ?? 0) + (progress?.skipped.entries ?? 0)
    if (total !== source.size) wrong.push(`exit code 0, and ${total} of ${source.size} files are told done`)
    return wrong
  }
  if (run.lines.length > 0 && !run.lines.some(({ type }) => type === 'result' || type === 'error')) {
    wrong.push(`exit code ${run.code} without a result`)
  }
  if (!stopped && failed.size === 0 && run.lines.some(({ type }) => type === 'result')) {
    wrong.push(`exit code ${run.code}, and nothing had failed`)
  }
  // Where the job as a whole was given up, that was said; else every file that is missing has to be named.
  const all = !stopped && run.lines.some(({ type }) => type === 'result')
  if (all) for (const path of missing) if (!failed.has(path)) wrong.push(`${path} is missing, and was not named`)
  return wrong
}

/** Bytes of the source that are not at the destination. */
export function bytesLost(source: Contents, arrived: Contents): number {
  const there = new Set([...arrived.values()].map(({ sha256 }) => sha256))
  return [...source.values()].reduce((sum, { sha256, bytes }) => sum + (there.has(sha256) ? 0 : bytes), 0)
}
