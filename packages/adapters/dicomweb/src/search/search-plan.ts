import { type Call, type DicomJson, GantryError, throwIfCancelled } from '@gantry/core/driver'
import { identifyingTag } from '@gantry/dicom'

import type { Service } from '../service.ts'
import { CheckMatches } from './check-matches.ts'
import type { SearchPlan } from './plan-search.ts'
import { mayBeNone, type Page, readPage, type Window } from './read-page.ts'
import type { RecentUids } from './recent-uids.ts'
import { daysOf, halves } from './split-dates.ts'
import { type AskedPage, isAgain, isWhole } from './whole.ts'

/** Matches asked for where all are to come at once. */
const mostAtOnce = 100_000

export interface Progress {
  /** Shared by all searches that a query takes. */
  readonly met: RecentUids
  /** Matches that are still wanted. */
  left: number
  /** The service says that it does not know of all that it keeps. */
  lacking: boolean
}

/** All matches of one search, page by page; `unsupported`, and never fewer, where the service does not tell them all. */
export async function* searchPlan(
  service: Service,
  plan: SearchPlan,
  progress: Progress,
  call: Call,
): AsyncGenerator<DicomJson, void, undefined> {
  const { search: profile } = service.profile
  const { paging } = service.options
  const checks = new CheckMatches(plan.checks, profile.strict)
  let offset = 0
  let exact = !plan.widened
  let before: (AskedPage & { readonly uids: ReadonlySet<string>; readonly head: string | undefined }) | undefined
  while (progress.left > 0) {
    throwIfCancelled(call)
    // Only where fewer were wanted at first, and did not match: what lies beyond may be answered with nothing.
    if (offset >= (profile.reach ?? Infinity)) throw tooMany()
    // Who wants few asks for few, if all that comes will match.
    const most = Math.min(profile.pageSize[plan.level], exact ? progress.left : Infinity)
    const size = paging === 'none' ? mostAtOnce : most
    const page = { ...(await pageBehind(service, plan, before, { offset, limit: size }, call)), size }
    const { length } = page.matches
    // Of one that was found there is no other.
    progress.lacking ||= page.lacking && !(plan.single && length > 0)
    if (length === 0) return
    if (offset === 0 && length >= size && progress.left > length && (await isBeyondReach(service, plan, call))) {
      yield* searchHalves(service, plan, progress, call)
      return
    }
    const uids = page.matches.map((match) => uidOf(match, plan))
    const met = new Set(uids)
    const again = before !== undefined && isAgain(before.uids, met, offset)
    const fresh = page.matches.filter((_, index) => {
      const uid = uids[index] ?? ''
      return progress.met.add(uid) && before?.uids.has(uid) !== true
    })
    // Some of both, or nothing new: nobody knows what the service does.
    if (offset > 0 && !again && (fresh.length === 0 || uids[0] === before?.head)) throw untrue()
    const matches = checks.page(fresh)
    exact &&= matches.length === fresh.length
    for (const match of matches) {
      yield match
      progress.left -= 1
      if (progress.left === 0) return
    }
    if (plan.single && matches.length > 0) return
    if (paging === 'none') {
      if (page.warned || length === size) throw untrue()
      return
    }
    if (again) {
      // Who counts what comes will see whether it is all.
      if ((await plan.counted) === undefined && !(await isWhole(service, plan, page, call))) throw untrue()
      return
    }
    // Fewer than were asked for, and as many as it says that there are: a page behind them would be empty.
    if (length < size && !page.warned && offset + fresh.length === (await plan.counted)) return
    if (profile.shortPageEnds && length < size && !page.warned) return
    offset += length
    before = { ...page, uids: met, head: uids[0] }
  }
}

/** A page behind another: what is none at all is an empty one, if the one before it was all that there is. */
async function pageBehind(
  service: Service,
  plan: SearchPlan,
  before: AskedPage | undefined,
  window: Window,
  call: Call,
): Promise<Page> {
  try {
    return await readPage(service, plan, window, call)
  } catch (error) {
    const over = before !== undefined && mayBeNone(error) && before.matches.length < before.size
    if (over && ((await plan.counted) !== undefined || (await isWhole(service, plan, before, call)))) {
      return { matches: [], warned: false, lacking: false }
    }
    throw error
  }
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

function untrue(): GantryError {
  return new GantryError(
    'unsupported',
    'The DICOMweb service answers every page with the same matches, or says of more than it tells: narrow the search, have its paging mended, or, where it is known to tell all at once, give the option paging "none".',
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
