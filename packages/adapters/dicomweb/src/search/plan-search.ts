import type { Query, QueryLevel } from '@gantry/core/driver'
import {
  attributePath,
  compileKeys,
  identifyingTag,
  keywordOfTag,
  type MatchingKey,
  resultKeywords,
} from '@gantry/dicom'

import type { Profile, SearchProfile } from '../profiles/profile.ts'
import { segmentsOf } from '../retrieve/resource.ts'

/** How many there are, where somebody was told that, or will be. */
export type Counted = number | undefined | Promise<number | undefined>

/** One search as it goes over the wire, and what is left to be done here. */
export interface SearchPlan {
  readonly level: QueryLevel
  readonly path: readonly string[]
  /** Matching keys and attributes to be told; paging comes on top. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  /** Keys that matches are looked at with, when they have come: services pass over what they do not know. */
  readonly checks: readonly MatchingKey[]
  /** Some of those the service was not asked to match by: it tells more than matches. */
  readonly widened: boolean
  /** There is one match at most. */
  readonly single: boolean
  /** How many the service says that there are, as soon as that is known: whoever asked compares. */
  readonly counted?: Counted
  /** The range of study dates, where it was given: what can be split. */
  readonly dates?: string | undefined
}

const studyDate = '00080020'

/** Whether the answer depends on what kind of service it is: else nobody needs to find out. */
export function needsProfile(query: Query): boolean {
  return keysOf(query).some(({ kind, path, vr, value }) => kind === 'fuzzy' || path.length > 1 || isUnicode(vr, value))
}

/**
 * The searches that a query takes: one, or as many as there are UIDs in a list that the service would not take. Keys that
 * it does not match by are left to be checked here.
 */
export function planSearch(query: Query, { search: profile }: Profile): readonly SearchPlan[] {
  const keys = keysOf(query)
  const list = profile.uidLists ? undefined : keys.find(({ kind }) => kind === 'uids')
  if (list === undefined) return [planOf(query, keys, profile)]
  return [...new Set(list.value.split(/[,\\]/u).map((uid) => uid.trim()))]
    .filter((uid) => uid !== '')
    .map((uid) => planOf(query, [...keys.filter((key) => key !== list), ...compileKeys({ [list.name]: uid })], profile))
}

/** The query's own keys, and those that name where it looks without being part of the path. */
function keysOf({ level, study, series, match = {}, fuzzy = false }: Query): readonly MatchingKey[] {
  const named = {
    ...(level === 'study' && study !== undefined && { '0020000D': study }),
    ...((level === 'series' || study === undefined) && series !== undefined && { '0020000E': series }),
  }
  return [...compileKeys(match, { fuzzy }), ...compileKeys(named)]
}

function planOf(query: Query, keys: readonly MatchingKey[], profile: SearchProfile): SearchPlan {
  const { level } = query
  const asked = keys.filter(({ kind }) => kind !== 'universal')
  const sent = asked.filter((key) => isMatchedThere(key, level, profile))
  const fuzzy = sent.some(({ kind }) => kind === 'fuzzy')
  const parameters: [string, string][] = sent.map(({ path, kind, value }) => [
    nameOf(path),
    kind === 'uids' ? value.replaceAll('\\', ',') : value,
  ])
  if (fuzzy) parameters.push(['fuzzymatching', 'true'])
  const include = includeOf(query, keys, profile)
  if (include !== '') parameters.push(['includefield', include])
  const identified = asked.some(({ kind, path }) => kind === 'single' && path.join('.') === identifyingTag[level])
  return {
    level,
    path: pathOf(query),
    parameters,
    // How names sound is the service's business, where it knows.
    checks: asked.filter((key) => key.kind !== 'fuzzy' || !sent.includes(key)),
    widened: sent.length < asked.length,
    single: identified,
    dates: sent.find(({ path, kind }) => kind === 'range' && path.join('.') === studyDate)?.value,
  }
}

function isMatchedThere({ path, kind, vr, value }: MatchingKey, level: QueryLevel, profile: SearchProfile): boolean {
  const name = path.join('.')
  if (profile.keys?.[level].includes(name) === false) return false
  if (path.length > 1 && !profile.sequences) return false
  if (kind === 'wildcard' && !profile.wildcards) return false
  if (kind === 'range' && profile.ranges === 'study-date' && name !== studyDate) return false
  if (kind === 'uids' && !profile.uidLists) return false
  if (kind === 'fuzzy' && !profile.fuzzy) return false
  // Several values in one key are of DIMSE, but for UIDs.
  if (kind !== 'uids' && value.includes('\\')) return false
  return profile.unicodeNames || !isUnicode(vr, value)
}

function isUnicode(vr: string, value: string): boolean {
  return vr === 'PN' && /[^\u0020-\u007E]/u.test(value)
}

/** Whatever is to be told, or is needed to check what is told. */
function includeOf({ level, include = [] }: Query, keys: readonly MatchingKey[], profile: SearchProfile): string {
  if (include === 'all' && profile.includesAll) return 'all'
  const tags = new Set(keys.map(({ path: [tag = ''] }) => tag))
  if (include !== 'all') for (const name of include) tags.add(attributePath(name).join('.'))
  for (const keyword of resultKeywords[level]) tags.delete(attributePath(keyword).join('.'))
  return Array.from(tags, (tag) => nameOf(tag.split('.'))).join(',')
}

/** By keywords, which every service's documentation has; tags for what has none. */
function nameOf(path: readonly string[]): string {
  return path.map((tag) => keywordOfTag(Number.parseInt(tag, 16)) ?? tag).join('.')
}

function pathOf({ level, study, series }: Query): readonly string[] {
  if (level === 'study') return ['studies']
  const within = study === undefined ? [] : segmentsOf({ study, series: level === 'instance' ? series : undefined })
  return [...within, level === 'series' ? 'series' : 'instances']
}
