import { type Call, isGantryError, type QueryLevel } from '@gantry/core/driver'

import type { Service } from '../service.ts'
import type { SearchPlan } from './plan-search.ts'
import { type Page, readPage } from './read-page.ts'

/** One page, and how many matches it was asked to hold. */
export interface AskedPage extends Page {
  readonly size: number
}

const levels: readonly (readonly [QueryLevel, string])[] = [
  ['study', 'studies'],
  ['series', 'series'],
  ['instance', 'instances'],
]

/** From there on, services may have another maximum for each level. */
const manyMatches = 100

/**
 * Whether a page, of a service that takes no notice of `offset` or answers oddly behind it, holds all matches. It does where
 * it has more than were asked for, because the service takes no notice of `limit` either, and where it has fewer, unless that
 * is because the service gives no more: then it says so (a `Warning`), or its maximum is a round number. That it has none so
 * low is proved by a longer page, if need be of something else: asked for one more or one less, a service that has as many
 * answers the same as one that gives no more.
 */
export async function isWhole(service: Service, plan: SearchPlan, page: AskedPage, call: Call): Promise<boolean> {
  const { matches, warned, size } = page
  const { length } = matches
  if (warned) return false
  if (length > size || (length < size && (!isMaximum(length) || gaveMore(service, plan.level, length)))) return true
  if ((await readPage(service, plan, { offset: 0, limit: 1 }, call)).matches.length > 1) return true
  if (length >= size) return false
  for (const [level, name] of length < manyMatches ? levels : []) {
    const all: SearchPlan = { level, path: [name], parameters: [], checks: [], widened: false, single: false }
    try {
      await readPage(service, all, { offset: 0, limit: length + 1 }, call)
    } catch (error) {
      // Not every service lets all of them be searched.
      if (!isGantryError(error) || error.code === 'cancelled') throw error
    }
    if (gaveMore(service, plan.level, length)) return true
  }
  return false
}

function gaveMore({ widest }: Service, level: QueryLevel, length: number): boolean {
  const told = length < manyMatches ? Math.max(...widest.values()) : widest.get(level)
  return told !== undefined && told > length
}

/** Tens, and powers of two, are what programmers choose: fewer than ten are too few for a page. */
function isMaximum(count: number): boolean {
  const powerOfTwo = (count & (count - 1)) === 0
  return count >= 10 && (count % 10 === 0 || count % 25 === 0 || powerOfTwo)
}

/**
 * Whether a page is the one before again, or that with what it had no room for: then the service takes no notice of the
 * offset. Behind other pages, one that grew tells nothing of those.
 */
export function isAgain(before: ReadonlySet<string>, now: ReadonlySet<string>, offset: number): boolean {
  return (now.size === before.size || before.size === offset) && Array.from(before).every((uid) => now.has(uid))
}
