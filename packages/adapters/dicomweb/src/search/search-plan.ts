import { type Call, type DicomJson, GantryError, throwIfCancelled } from '@gantry/core/driver'
import { identifyingTag } from '@gantry/dicom'

import type { Service } from '../service.ts'
import { CheckMatches } from './check-matches.ts'
import type { SearchPlan } from './plan-search.ts'
import { type Page, readPage } from './read-page.ts'
import type { RecentUids } from './recent-uids.ts'
import { daysOf, halves } from './split-dates.ts'

export interface Progress {
  /** Shared by all searches that a query takes. */
  readonly met: RecentUids
  /** Matches that are still wanted. */
  left: number
}

/** All matches of one search, page by page; `unsupported`, and never fewer, where the service does not tell them all. */
export async function* searchPlan(
  service: Service,
  plan: SearchPlan,
  progress: Progress,
  call: Call,
): AsyncGenerator<DicomJson, void, undefined> {
  const { search: profile } = service.profile
  const checks = new CheckMatches(plan.checks, profile.strict)
  let offset = 0
  let unlimited = false
  let exact = !plan.widened
  /** First of the page before. */
  let head: string | undefined
  while (progress.left > 0) {
    throwIfCancelled(call)
    // Only where fewer were wanted at first, and did not match: what lies beyond may be answered with nothing.
    if (offset >= (profile.reach ?? Infinity)) throw tooMany()
    // Who wants few asks for few, if all that comes will match.
    const size = Math.min(profile.pageSize[plan.level], exact ? progress.left : Infinity)
    const page = await readPage(service, plan, { offset, limit: size }, call)
    const { length } = page.matches
    if (length === 0) return
    if (offset === 0) {
      unlimited = length > size
      if (length >= size && progress.left > length && (await isBeyondReach(service, plan, call))) {
        yield* searchHalves(service, plan, progress, call)
        return
      }
    }
    const uids = page.matches.map((match) => uidOf(match, plan))
    const fresh = page.matches.filter((_, index) => progress.met.add(uids[index] ?? ''))
    if (uids[0] === head || (fresh.length === 0 && offset > 0)) {
      await requireWhole(service, plan, unlimited, call)
      return
    }
    const matches = checks.page(fresh)
    exact &&= matches.length === fresh.length
    for (const match of matches) {
      yield match
      progress.left -= 1
      if (progress.left === 0) return
    }
    if ((plan.single && matches.length > 0) || isLast(page, size, profile.shortPageEnds)) return
    offset += length
    head = uids[0]
  }
}

function isLast({ matches, warned }: Page, size: number, shortPageEnds: boolean): boolean {
  return shortPageEnds && matches.length < size && !warned
}

/** Whether there are more than an offset can name; asked before the first match is given, when all can still be split. */
async function isBeyondReach(service: Service, plan: SearchPlan, call: Call): Promise<boolean> {
  const { reach } = service.profile.search
  if (reach === undefined || plan.single) return false
  const { matches } = await readPage(service, plan, { offset: reach - 1, limit: 1 }, call)
  return matches.length > 0
}

/** More than the service lets anyone page through: by halves of the range of dates, down to single days. */
async function* searchHalves(
  service: Service,
  plan: SearchPlan,
  progress: Progress,
  call: Call,
): AsyncGenerator<DicomJson, void, undefined> {
  const days = plan.dates === undefined ? undefined : daysOf(plan.dates)
  const parts = days === undefined ? undefined : halves(days)
  if (parts === undefined) {
    throw tooMany()
  }
  for (const { first, last } of parts) {
    const dates = `${first}-${last}`
    const parameters = plan.parameters.map(([name, value]) => [name, name === 'StudyDate' ? dates : value] as const)
    yield* searchPlan(service, { ...plan, parameters, dates }, progress, call)
  }
}

/** Without a range of dates nothing can be split: those without a date would be lost. */
function tooMany(): GantryError {
  return new GantryError(
    'unsupported',
    'There are more matches than the DICOMweb service lets anyone page through: give a range of StudyDate, or narrow it by other keys.',
  )
}

/**
 * A page that holds nothing new: the service takes no notice of `offset`. It told all only if it takes none of `limit`
 * either; else nobody can say what is missing.
 */
async function requireWhole(service: Service, plan: SearchPlan, unlimited: boolean, call: Call): Promise<void> {
  if (unlimited) return
  const { matches } = await readPage(service, plan, { offset: 0, limit: 1 }, call)
  if (matches.length > 1) return
  throw new GantryError(
    'unsupported',
    'The DICOMweb service answers every page with the same matches, so that there may be more which it does not tell: narrow the search, and have its paging mended.',
  )
}

function uidOf(match: DicomJson, { level }: SearchPlan): string {
  const tag = identifyingTag[level]
  const uid = Object.hasOwn(match, tag) ? match[tag]?.Value?.[0] : undefined
  if (typeof uid === 'string') return uid
  throw new GantryError(
    'unsupported',
    `The DICOMweb service told a match without its UID (${tag}): it cannot be told from others.`,
  )
}
