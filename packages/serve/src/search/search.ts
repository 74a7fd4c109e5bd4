import type { DicomJson } from '@gantry/core'
import { orderedMap } from '@gantry/core/side-by-side'
import { stringifyDicomJson } from '@gantry/dicom'

import { keptTags, levels } from '../catalog/levels.ts'
import { acceptedBy, holds } from '../http/accept.ts'
import { type Answer, type Ask, text } from '../http/exchange.ts'
import { indexWarnings, warningHeader } from '../http/index-warning.ts'
import { notAcceptable } from '../http/refusal.ts'
import type { ServerParts } from '../parts.ts'
import { headerJson } from '../retrieve/header-text.ts'
import { readWholeHeader } from '../retrieve/metadata.ts'
import { isToldBy, knownOf, resultOf } from './result-json.ts'
import { type SearchRequest, searchRequest } from './search-request.ts'
import { type FoundRow, searchSql } from './search-sql.ts'

const pageSize = 500

/** QIDO-RS. */
export async function search(
  ask: Ask,
  parts: ServerParts,
  where: Parameters<typeof searchRequest>[0],
): Promise<Answer> {
  const types = ['application/dicom+json', 'application/json'] as const
  const type = acceptedBy(ask)
    .map((range) => types.find((one) => holds(range, one)))
    .find((one) => one !== undefined)
  if (type === undefined) throw notAcceptable('application/dicom+json')
  const request = searchRequest(where, ask.query, parts.limits.searchResults)
  const ofIndex = indexWarnings(parts)
  const results: string[] = []
  const found = matches(ask, parts, request)
  for await (const result of orderedMap(
    found,
    parts.limits.headers,
    async (one) => await told(one, ask, parts, request),
  )) {
    results.push(result)
  }
  const isMore = results.length > request.limit
  if (isMore) results.pop()
  const warnings = [
    ...(isMore ? ['There are additional results that can be requested: go on with "offset"'] : []),
    ...ofIndex,
  ]
  return text(`[${results.join(',')}]`, type, 200, {
    ...warningHeader(warnings),
    // What was found is of now, and names people.
    'Cache-Control': 'no-store',
  })
}

interface Match {
  readonly row: FoundRow
  readonly known: DicomJson
}

/** Matches from the offset on: one more than the limit, which tells that there are more. */
async function* matches(ask: Ask, parts: ServerParts, request: SearchRequest): AsyncGenerator<Match, void, undefined> {
  const { level, keys, limit, offset } = request
  // Without keys the database counts; else what it finds is matched before it is counted.
  let skip = keys.length === 0 ? 0 : offset
  let left = limit + 1
  for (let after = 0, first = true; ; first = false) {
    const page = { after, limit: Math.min(pageSize, keys.length === 0 ? left : pageSize), offset: 0 }
    const { sql, values } = searchSql(request, first && keys.length === 0 ? { ...page, offset } : page)
    const rows = await parts.catalog.database.all<FoundRow>(sql, ...values)
    for (const row of rows) {
      after = row.id
      const known = knownOf(row, level)
      if (!keys.every((key) => key.matches(known))) continue
      if (skip > 0) {
        skip -= 1
        continue
      }
      yield { row, known }
      left -= 1
      if (left === 0) return
    }
    if (rows.length < page.limit) return
    // Others shall have a turn.
    await new Promise<void>((resolve) => void setTimeout(resolve, 0))
    ask.signal.throwIfAborted()
  }
}

async function told({ row, known }: Match, ask: Ask, parts: ServerParts, request: SearchRequest): Promise<string> {
  if (!needsHeader(request)) return stringifyDicomJson(resultOf(request, known, row, ask.root))
  const header = await readWholeHeader(row, ask, parts)
  return await headerJson(header, row, ask, { isTold: isToldBy(request), add: resultOf(request, known, row, ask.root) })
}

/** Whether more is to be told than the index keeps. Attributes of images alone are worth opening them for. */
function needsHeader({ level, include }: SearchRequest): boolean {
  if (level !== 'instance') return false
  if (include === 'all') return true
  return [...include].some((tag) => !levels.some((one) => keptTags[one].has(tag)))
}
