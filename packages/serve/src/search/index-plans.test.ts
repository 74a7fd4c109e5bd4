import { expect, test } from 'vitest'

import type { SqlValue } from '../database/index-database.ts'
import { openIndexDatabase } from '../node/open-index-database.ts'
import { searchRequest } from './search-request.ts'
import { searchSql } from './search-sql.ts'

async function planOf(path: string): Promise<string> {
  const url = new URL(path, 'http://localhost')
  const [, , study, , series] = url.pathname.split('/')
  const level = url.pathname.endsWith('/studies') ? 'study' : url.pathname.endsWith('/series') ? 'series' : 'instance'
  const request = searchRequest({ level, study, series: series === '' ? undefined : series }, url.searchParams, 1000)
  const { sql, values } = searchSql(request, { after: 0, limit: 100, offset: 0 })
  const database = openIndexDatabase(':memory:')
  const rows = await database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...(values as SqlValue[]))
  await database.close()
  return rows.map(({ detail }) => detail).join('\n')
}

test.each([
  ['/studies?PatientID=P1', 'SEARCH st USING INDEX studies_by_patient'],
  ['/studies?PatientID=P1*', 'SEARCH st USING INDEX studies_by_patient'],
  ['/studies?AccessionNumber=A', 'SEARCH st USING INDEX studies_by_accession'],
  ['/studies?StudyDate=20240101-20240131', 'SEARCH st USING INDEX studies_by_date'],
  ['/studies?StudyInstanceUID=1.2', 'SEARCH st USING INDEX sqlite_autoindex_studies_1 (uid=?)'],
  ['/studies?StudyInstanceUID=1.2,1.3', 'SEARCH st USING INDEX sqlite_autoindex_studies_1 (uid=?'],
  ['/series?SeriesInstanceUID=1.2', 'SEARCH se USING INDEX series_by_uid'],
  ['/series?PatientID=P1', 'SEARCH se USING INDEX'],
  ['/studies/1.2/series', 'SEARCH se USING INDEX'],
  ['/instances?SOPInstanceUID=1.2', 'SEARCH e USING INDEX instances_by_uid (uid=?'],
  ['/instances?SeriesInstanceUID=1.2', 'SEARCH e USING INDEX instances_of_series (series=?'],
  ['/instances?PatientID=P1', 'SEARCH e USING INDEX instances_of_series (series=?'],
  ['/studies/1.2/instances', 'SEARCH e USING INDEX instances_of_series (series=?'],
  ['/studies/1.2/series/1.3/instances', 'SEARCH e USING INDEX instances_of_series (series=?'],
])('%s is found by an index alone', async (path, wanted) => {
  const plan = await planOf(path)
  expect(plan).toContain(wanted)
  expect(plan).not.toMatch(/SCAN (?:st|se|e)\b/u)
})

test.each([
  ['/studies', 'st'],
  ['/series?Modality=CT', 'se'],
  ['/instances', 'e'],
  ['/instances?Modality=CT', 'e'],
])(
  '%s goes through the rows in their order, from where the last page ended, and sorts nothing',
  async (path, alias) => {
    const plan = await planOf(path)
    expect(plan).toMatch(new RegExp(`SEARCH ${alias} USING (?:INTEGER PRIMARY KEY|INDEX instances_in_order) \\(`, 'u'))
    expect(plan).not.toContain('TEMP B-TREE FOR ORDER BY')
  },
)
