import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs'

import type { JobSpec } from '@gantry/core'

const day = 24 * 60 * 60 * 1000

/**
 * How entries are moved, and nothing of which or how fast; that they are to be retained, but not until when, which
 * `sameRetention` compares.
 */
export function planWords(spec: JobSpec): unknown[] {
  const { from, to, layout, existing, transforms, tier, retainUntil, verify } = spec
  return [from, to, layout, existing, transforms, tier, retainUntil === undefined ? undefined : 'retained', verify]
}

/** And which are moved; of a session, whether there is one: it is named anew each time. */
export function jobWords(spec: JobSpec): string {
  const selection = Object.entries(spec.selection).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([...planWords(spec), selection, spec.session !== undefined])
}

/** For as long, or until the same day: seven years are until another moment whenever they are asked for, and of other lengths. */
export function sameRetention(a: JobSpec, b: JobSpec): boolean {
  if (a.retainUntil === undefined || b.retainUntil === undefined) return a.retainUntil === b.retainUntil
  const lengths = a.retainUntil - a.created - (b.retainUntil - b.created)
  return Math.abs(lengths) <= 3 * day || Math.abs(a.retainUntil - b.retainUntil) < day
}

/** An empty file beside a journal, called by its words: those of the same words are found without opening all of them. */
function markOf(spec: JobSpec): string {
  return `.as-${createHash('sha256').update(jobWords(spec)).digest('hex').slice(0, 16)}`
}

export function mark(file: string, spec: JobSpec): void {
  closeSync(openSync(`${file}${markOf(spec)}`, 'a', 0o600))
}

export function unmark(file: string, spec: JobSpec): void {
  rmSync(`${file}${markOf(spec)}`, { force: true })
}

/** Journals that were marked with these words, by the names of their files. */
export function marked(folder: string, spec: JobSpec): string[] {
  const suffix = markOf(spec)
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
}
