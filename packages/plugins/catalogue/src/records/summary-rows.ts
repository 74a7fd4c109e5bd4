import type { SqlDatabase, SqlValue } from '@gantry/sqlite'

import type { SessionQuery, SessionSummary, StudyQuery, StudySummary } from './summary.ts'

interface SessionRow {
  readonly name: string
  readonly owner: string
  readonly created: number
  readonly deleted: number | null
  readonly entries: number
  readonly bytes: number
}

const sessionSql = `SELECT name, owner, created, deleted,
 (SELECT count(*) FROM session_receipts WHERE session = sessions.id) AS entries,
 (SELECT coalesce(sum(size), 0) FROM session_receipts JOIN receipts ON receipts.id = receipt
  JOIN instances ON instances.id = receipts.instance WHERE session = sessions.id) AS bytes
FROM sessions WHERE owner = ? AND name`

/** By name. */
export async function listSessions(
  database: SqlDatabase,
  { owner = '', name, after = '', limit = 1000 }: SessionQuery,
): Promise<SessionSummary[]> {
  const sql = `${sessionSql} ${name === undefined ? '>' : '='} ? ORDER BY name LIMIT ?`
  const rows = await database.all<SessionRow>(sql, owner, name ?? after, limit)
  return rows.map(({ deleted, ...row }) => ({ ...row, ...(deleted !== null && { deleted }) }))
}

interface StudyRow {
  readonly uid: string
  readonly date: string | null
  readonly description: string | null
  readonly patient_id: string | null
  readonly patient_name: string | null
  readonly modalities: string | null
  readonly series: number
  readonly instances: number
  readonly bytes: number
}

/** What a study query becomes; pure, so that its plan can be looked at. */
export function studySql(query: StudyQuery): { readonly sql: string; readonly values: readonly SqlValue[] } {
  const conditions: string[] = []
  const values: SqlValue[] = []
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined) return
    conditions.push(sql)
    values.push(value)
  }
  add('uid = ?', query.uid)
  add('uid > ?', query.after)
  add('date >= ?', query.since)
  add('date <= ?', query.until)
  add('patient_id = ?', query.patientId)
  add('EXISTS (SELECT 1 FROM series WHERE series.study = studies.id AND series.modality = ?)', query.modality)
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  const sql = `SELECT uid, date, description, patient_id, patient_name,
 (SELECT string_agg(modality, ',') FROM (SELECT DISTINCT modality FROM series WHERE study = studies.id) AS own) AS modalities,
 (SELECT count(*) FROM series WHERE study = studies.id) AS series,
 (SELECT count(*) FROM series JOIN instances ON instances.series = series.id WHERE study = studies.id) AS instances,
 (SELECT coalesce(sum(size), 0) FROM series JOIN instances ON instances.series = series.id WHERE study = studies.id) AS bytes
FROM studies ${where} ORDER BY uid LIMIT ?`
  return { sql, values: [...values, query.limit ?? 1000] }
}

/** By UID. */
export async function listStudies(database: SqlDatabase, query: StudyQuery): Promise<StudySummary[]> {
  const { sql, values } = studySql(query)
  const rows = await database.all<StudyRow>(sql, ...values)
  return rows.map((row) => ({
    uid: row.uid,
    ...(row.date !== null && { date: row.date }),
    ...(row.description !== null && { description: row.description }),
    ...(row.patient_id !== null && { patientId: row.patient_id }),
    ...(row.patient_name !== null && { patientName: row.patient_name }),
    modalities: row.modalities?.split(',').sort() ?? [],
    series: row.series,
    instances: row.instances,
    bytes: row.bytes,
  }))
}
