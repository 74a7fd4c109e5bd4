import { fileURLToPath } from 'node:url'

import type { JobSpec, Selection, Tally } from '@gantry/core'
import type { JobSummary } from '@gantry/transfer'

import { standingOf } from '../jobs/standing.ts'
import { entries, formatBytes, formatCount, formatTime } from './amounts.ts'
import type { Style } from './style.ts'
import { renderTable } from './table.ts'
import { arrow, notShown, printable, shortenRoute } from './text.ts'

/** A place as people write it: a path, or the URL without its options. */
export function renderPlace(address: string): string {
  const bare = address.replace(/\?.*$/su, '')
  return printable(bare.startsWith('file:') ? fileURLToPath(bare) : bare)
}

/** The facts of a job, as pairs of a word and what is to be said of it. */
export function jobFacts(summary: JobSummary): [string, string][] {
  const { id, spec, record } = summary
  const { total, done, skipped, failed, pending, unverified } = record
  return [
    ['Job', id],
    ['State', standingOf(summary)],
    ['From', renderPlace(spec.from)],
    ['To', renderPlace(spec.to)],
    ['Begun', formatTime(spec.created)],
    ['Options', renderSpecOptions(spec)],
    ['Planned', record.planned ? amount(total) : 'not yet'],
    ['Copied', amount(done)],
    ...optional('Skipped', skipped.entries, `${amount(skipped)}: there already`),
    ...optional('Failed', failed.entries, amount(failed)),
    ...optional('Left', pending.entries, amount(pending)),
    ...optional('Unverified', unverified, `${entries(unverified)}; to read back: gantry verify ${id}`),
  ]
}

function amount({ entries: count, bytes }: Tally): string {
  return `${entries(count)}, ${formatBytes(bytes)}`
}

function optional(word: string, count: number, text: string): [string, string][] {
  return count > 0 ? [[word, text]] : []
}

/** One row of the list of jobs. */
export function jobRow(summary: JobSummary): string[] {
  const { id, spec, record } = summary
  const { total, done, skipped, failed } = record
  const over = `${formatCount(done.entries + skipped.entries)}/${formatCount(total.entries)}`
  const standing = standingOf(summary)
  // Of one that has come to its end, what failed says more than that it has.
  const state = [
    ...(standing === 'completed' && failed.entries > 0 ? [] : [standing]),
    ...(failed.entries > 0 ? [`${formatCount(failed.entries)} failed`] : []),
  ].join(', ')
  const from = isUnnamed(summary) ? notShown : renderPlace(spec.from)
  return [id, state, over, formatBytes(total.bytes), `${from}${arrow}${renderPlace(spec.to)}`]
}

/** Rows as a table; on a terminal that is too narrow for one, some lines a job. */
export function renderJobs(rows: readonly (readonly string[])[], style: Style, columns?: number): string {
  if (columns === undefined || columns >= narrowest) {
    return renderTable(['Job', 'State', 'Entries', 'Size', 'From → To'], rows, style, columns, shortenRoute)
  }
  const blocks = rows.map(([id = '', state = '', count = '', size = '', places = '']) =>
    [style.bold(id), `  ${state}`, `  ${count} entries, ${size}`, `  ${shortenRoute(places, columns - 3)}`].join('\n'),
  )
  return blocks.join('\n')
}

const narrowest = 72

/** Paths, UIDs and dates of images that a job de-identifies are told by `jobs show` alone. */
function isUnnamed({ spec }: Pick<JobSummary, 'spec'>): boolean {
  return spec.transforms.length > 0
}

/** As `jobJson`, for who did not ask for this job by name. */
export function listedJobJson(summary: JobSummary): object {
  if (!isUnnamed(summary)) return jobJson(summary)
  const { from: _from, selection: _selection, ...spec } = summary.spec
  return { ...jobJson(summary), spec }
}

export function jobJson(summary: JobSummary): object {
  const { id, spec, record, running } = summary
  return { type: 'job', id, state: standingOf(summary), running, spec, record }
}

function renderSpecOptions({ layout, existing, verify, concurrency, bandwidth, selection }: JobSpec): string {
  const parts = layout === undefined ? [] : [`layout ${layout}`]
  if (existing !== 'update') parts.push(existing === 'keep' ? 'no clobber' : 'overwrite')
  if (verify) parts.push('verify')
  if (concurrency !== 'auto') parts.push(`${concurrency} at a time`)
  if (bandwidth !== undefined) parts.push(`at most ${formatBytes(bandwidth)}/s`)
  return [...parts, ...renderSelection(selection)].join('; ') || 'none'
}

function renderSelection(selection: Selection): string[] {
  return Object.entries(selection)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${printable(Array.isArray(value) ? value.join(', ') : value)}`)
}
