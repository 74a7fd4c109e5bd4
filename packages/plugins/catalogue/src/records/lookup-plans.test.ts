import { expect, test } from 'vitest'

import { temporaryCatalogue } from '../testing/temporary-catalogue.ts'
import { atPathsSql, liveSql, pageSql } from './read-receipts.ts'
import { studySql } from './summary-rows.ts'
import { sessionLookup, targetLookups } from './target.ts'

async function planOf(sql: string): Promise<string> {
  const values = (sql.match(/\?/gu) ?? []).map(() => 1)
  const rows = await temporaryCatalogue().database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
  return rows.map(({ detail }) => detail).join('\n')
}

test.each([
  ['a session', sessionLookup, 'sessions USING COVERING INDEX sqlite_autoindex_sessions_1 (owner=? AND name=?)'],
  ['a study', targetLookups.study, 'studies USING COVERING INDEX sqlite_autoindex_studies_1 (uid=?)'],
  ['a series', targetLookups.series, 'series USING COVERING INDEX series_by_uid (uid=?)'],
  ['an instance', targetLookups.instance, 'instances USING COVERING INDEX instances_by_uid (uid=?)'],
  ['bytes', targetLookups.sha256, 'instances USING COVERING INDEX sqlite_autoindex_instances_1 (sha256=?)'],
  ['a unit', targetLookups.cid, 'units USING COVERING INDEX sqlite_autoindex_units_1 (root=?)'],
  ['bytes by their CID', targetLookups.cid, 'receipts USING COVERING INDEX receipts_by_cid (cid=?)'],
  ['what lies at a path', atPathsSql(1), 'receipts USING INDEX receipts_by_path (location=? AND path=?)'],
  ['what lies at paths', atPathsSql(3), 'receipts USING INDEX receipts_by_path (location=? AND path=?)'],
  ['where bytes lie', liveSql, 'receipts USING INDEX receipts_of_instance (instance=?)'],
  ['receipts of a session', pageSql('session'), 'session_receipts USING PRIMARY KEY (session=? AND receipt>?)'],
  ['receipts of a study', pageSql('study'), 'series USING COVERING INDEX sqlite_autoindex_series_1 (study=?)'],
  ['receipts of a study, on', pageSql('study'), 'instances USING COVERING INDEX instances_of_series (series=?)'],
  ['receipts of a series', pageSql('series'), 'instances USING COVERING INDEX instances_of_series (series=?)'],
  ['receipts of an instance', pageSql('instance'), 'instances USING COVERING INDEX instances_by_uid (uid=?)'],
  ['receipts of a unit', pageSql('cid'), 'receipts USING COVERING INDEX receipts_of_unit (unit=? AND rowid>?)'],
  [
    'receipts of bytes',
    pageSql('sha256'),
    'receipts USING COVERING INDEX receipts_of_instance (instance=? AND rowid>?)',
  ],
  [
    'studies by date',
    studySql({ since: '20260101', until: '20260102' }).sql,
    'studies USING INDEX studies_by_date (date>? AND date<?)',
  ],
  ['studies of a patient', studySql({ patientId: 'P' }).sql, 'studies USING INDEX studies_by_patient (patient_id=?)'],
])('%s is found by an index', async (_, sql, wanted) => {
  const plan = await planOf(sql)
  expect(plan).toContain(`SEARCH ${wanted}`)
  // Nothing with a row an instance is ever gone through.
  expect(plan).not.toMatch(/SCAN (?:receipts|instances|series|studies|session_receipts|units)\b/u)
})
