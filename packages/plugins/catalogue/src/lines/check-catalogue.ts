import type { Catalogue } from '../catalogue.ts'

/** Something that the catalogue says and that cannot be. */
export interface CatalogueProblem {
  readonly what: string
  readonly count: number
}

/** Each counts rows that there must not be. */
const rules: readonly (readonly [what: string, sql: string])[] = [
  ['receipts of no bytes', 'receipts WHERE instance NOT IN (SELECT id FROM instances)'],
  ['receipts of no location', 'receipts WHERE location NOT IN (SELECT id FROM locations)'],
  ['receipts of no unit', 'receipts WHERE unit IS NOT NULL AND unit NOT IN (SELECT id FROM units)'],
  ['receipts with times that are none', 'receipts WHERE at < 0 OR removed < 0 OR retain_until < 0 OR checked < 0'],
  ['receipts without a path', "receipts WHERE path = ''"],
  ['sessions with receipts that are not there', 'session_receipts WHERE receipt NOT IN (SELECT id FROM receipts)'],
  ['receipts of no session that there is', 'session_receipts WHERE session NOT IN (SELECT id FROM sessions)'],
  ['images of no series', 'instances WHERE series IS NOT NULL AND series NOT IN (SELECT id FROM series)'],
  ['series of no study', 'series WHERE study NOT IN (SELECT id FROM studies)'],
  ['digests that are none', "instances WHERE typeof(sha256) <> 'blob' OR length(sha256) <> 32"],
  ['manifests of no location', 'manifests WHERE location NOT IN (SELECT id FROM locations)'],
  ['manifests of no session', 'manifests WHERE session IS NOT NULL AND session NOT IN (SELECT id FROM sessions)'],
  [
    'digests of manifests that are none',
    "manifests WHERE sha256 IS NOT NULL AND (typeof(sha256) <> 'blob' OR length(sha256) <> 32)",
  ],
  ['sizes that are none', 'instances WHERE size < 0'],
  ['UIDs that are none', "instances WHERE uid GLOB '*[^0-9.]*' OR length(uid) NOT BETWEEN 1 AND 64"],
  ['study UIDs that are none', "studies WHERE uid GLOB '*[^0-9.]*' OR length(uid) NOT BETWEEN 1 AND 64"],
]

/** What is wrong with the catalogue itself: rows without what they belong to, digests and times that are none. */
export async function checkCatalogue({ database }: Catalogue): Promise<CatalogueProblem[]> {
  const problems: CatalogueProblem[] = []
  const pages = await database.all<{ quick_check: string }>('PRAGMA quick_check(100)')
  const damaged = pages.filter(({ quick_check: said }) => said !== 'ok').length
  if (damaged > 0) problems.push({ what: 'pages of the file that are damaged', count: damaged })
  for (const [what, sql] of rules) {
    const [row] = await database.all<{ count: number }>(`SELECT count(*) AS count FROM ${sql}`)
    if (row !== undefined && row.count > 0) problems.push({ what, count: row.count })
  }
  return problems
}
