import type { StudyRow } from './model.ts'

/** Days, `YYYYMMDD`, both of them in it; an empty one leaves that end open. */
export interface Days {
  readonly since: string
  readonly until: string
}

export interface NewestStudies {
  readonly rows: readonly StudyRow[]
  /** Whether none that was left out is newer. */
  readonly sure: boolean
}

/** Searches at most: of a service that is searched through to its first day, about ten are needed. */
const mostSearches = 24
const firstDay = '19000101'

/**
 * The newest studies of a service that has more than anyone wants at once, and tells them in an order of its own: it is asked
 * for days, backwards from now on, a month at first, and then more or fewer as they turn out to hold.
 */
export async function newestStudies(
  search: (days: Days) => Promise<readonly StudyRow[]>,
  within: Days,
  most: number,
  today: string,
): Promise<NewestStudies> {
  const rows = new Map<string, StudyRow>()
  const oldest = within.since === '' ? firstDay : within.since
  let { until } = within
  let length = 30
  /** The first of the days that hold too many. */
  let crowded = ''
  for (let searches = 0; searches < mostSearches; searches += 1) {
    const from = daysBefore(until === '' ? today : until, length - 1)
    const since = from < oldest ? oldest : from
    const found = await search({ since, until })
    const tooMany = found.length > most
    if (tooMany && length > 1) {
      crowded = since
      length = Math.max(1, Math.floor(length / 4))
      continue
    }
    for (const row of found) rows.set(row.uid, row)
    if (tooMany || rows.size >= most || since === oldest) return { rows: newestFirst(rows, most), sure: !tooMany }
    until = daysBefore(since, 1)
    if (until >= crowded && crowded !== '') length = Math.max(1, Math.floor(daysBetween(crowded, until) / 2))
    else if (found.length < most / 4) length *= 4
  }
  return { rows: newestFirst(rows, most), sure: false }
}

function newestFirst(rows: ReadonlyMap<string, StudyRow>, most: number): StudyRow[] {
  return [...rows.values()].toSorted((a, b) => (a.date === b.date ? 0 : a.date > b.date ? -1 : 1)).slice(0, most)
}

/** `YYYYMMDD` of a time in milliseconds. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '')
}

const oneDay = 86_400_000

function timeOf(day: string): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)))
}

function daysBefore(day: string, count: number): string {
  return dayOf(timeOf(day) - count * oneDay)
}

function daysBetween(first: string, last: string): number {
  return (timeOf(last) - timeOf(first)) / oneDay
}
