import { isGantryError, type QueryLevel, Refusal } from '@gantry/core'
import { attributePath, compileKeys, type MatchingKey, tagOfKeyword, vrOfTag } from '@gantry/dicom'

import { levelOf, levels } from '../catalog/levels.ts'

/** A search, as its URL says it (PS3.18 8.3.4, 10.6.1). */
export interface SearchRequest {
  readonly level: QueryLevel
  readonly study: string | undefined
  readonly series: string | undefined
  readonly keys: readonly MatchingKey[]
  /** Tags that are told besides those of the level. */
  readonly include: ReadonlySet<string> | 'all'
  readonly limit: number
  readonly offset: number
}

interface Where {
  readonly level: QueryLevel
  readonly study?: string | undefined
  readonly series?: string | undefined
}

/** Parameters that are no attributes; whatever `charset` asks for (PS3.18 8.3.3.2), JSON is UTF-8. */
const parameters: ReadonlySet<string> = new Set([
  'limit',
  'offset',
  'fuzzymatching',
  'includefield',
  'accept',
  'charset',
])

/** Reads the query; 400 for what cannot be searched by, because results that ignore a key would be wrong ones. */
export function searchRequest(where: Where, query: URLSearchParams, mostResults: number): SearchRequest {
  const limit = countIn(query, 'limit') ?? mostResults
  return {
    level: where.level,
    study: where.study,
    series: where.series,
    keys: keysIn(where, query),
    include: includedBy(query),
    limit: Math.min(limit, mostResults),
    offset: countIn(query, 'offset') ?? 0,
  }
}

function keysIn({ level }: Where, query: URLSearchParams): readonly MatchingKey[] {
  const match: { [name: string]: string } = {}
  const seen = new Set<string>()
  for (const [name, value] of query) {
    if (parameters.has(name)) continue
    const path = pathOf(name)
    if (seen.has(path.join('.')) && !isListed(path)) throw new Refusal('invalid', 'A key is given more than once.')
    seen.add(path.join('.'))
    checkLevel(level, path)
    const known = match[path.join('.')]
    match[path.join('.')] = known === undefined ? value : `${known},${value}`
  }
  const fuzzy = query.get('fuzzymatching')
  if (fuzzy !== null && fuzzy !== 'true' && fuzzy !== 'false') {
    throw new Refusal('invalid', '"fuzzymatching" is true or false.')
  }
  return checked(() => compileKeys(match, { fuzzy: fuzzy === 'true' }))
}

/** A list of UIDs may come in several parameters. */
function isListed(path: readonly string[]): boolean {
  return vrOfTag(Number.parseInt(path.at(-1) ?? '', 16)) === 'UI'
}

function checkLevel(level: QueryLevel, path: readonly string[]): void {
  const of = levelOf(path[0] ?? '')
  if (of === undefined) {
    throw new Refusal(
      'invalid',
      `This server does not search by ${path.join('.')}: leave it out, and look through the results.`,
    )
  }
  if (levels.indexOf(of) > levels.indexOf(level)) {
    throw new Refusal(
      'invalid',
      `${path.join('.')} is an attribute of the level ${of}, which is below what is searched for.`,
    )
  }
}

function includedBy(query: URLSearchParams): ReadonlySet<string> | 'all' {
  const names = query
    .getAll('includefield')
    .flatMap((value) => value.split(','))
    .filter((name) => name !== '')
  if (names.includes('all')) return 'all'
  // Of a path through sequences, the outermost sequence is told.
  return new Set(names.map((name) => pathOf(name)[0] ?? ''))
}

function pathOf(name: string): readonly string[] {
  // An attribute of its own is told by `attributePath`, but for what only looks like one.
  if (name.length > 256 || (tagOfKeyword(name) === undefined && !/^[\w.]+$/u.test(name))) {
    throw new Refusal('invalid', 'A parameter is no DICOM attribute.')
  }
  return checked(() => attributePath(name))
}

function checked<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (isGantryError(error)) throw new Refusal('invalid', error.message)
    throw error
  }
}

function countIn(query: URLSearchParams, name: 'limit' | 'offset'): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^\d{1,9}$/u.test(text)) throw new Refusal('invalid', `"${name}" is a number of results.`)
  return Number(text)
}
