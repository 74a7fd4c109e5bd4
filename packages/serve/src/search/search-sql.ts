import type { SqlValue } from '../database/index-database.ts'
import { prefilter } from './prefilter.ts'
import type { SearchRequest } from './search-request.ts'

/** A row of a search; what its level does not have is not in it. */
export interface FoundRow {
  readonly id: number
  readonly study: string
  readonly study_json: string
  readonly study_instances: number
  readonly study_series: number
  /** A JSON array. */
  readonly modalities: string
  readonly series: string
  readonly series_json: string
  readonly series_instances: number
  readonly uid: string
  readonly json: string
  readonly path: string
  readonly size: number | null
  readonly version: string | null
  readonly modified: number | null
  readonly syntax: string
}

const studyColumns = `st.uid AS study, st.json AS study_json, st.instances AS study_instances,
  (SELECT count(*) FROM series c WHERE c.study = st.id) AS study_series,
  (SELECT json_group_array(DISTINCT c.modality) FROM series c WHERE c.study = st.id AND c.modality <> '') AS modalities`
const seriesColumns = 'se.uid AS series, se.json AS series_json, se.instances AS series_instances'
const instanceColumns = 'e.uid, e.json, e.path, e.size, e.version, e.modified, e.syntax'

/**
 * The candidates of a search in the order in which they came, so many after `after`: what has been told is not moved by
 * what comes. The order of the joins is given, because the database has no statistics to choose by: from what is asked
 * for by name, else through what is searched for itself.
 */
export function searchSql(
  request: SearchRequest,
  page: { readonly after: number; readonly limit: number; readonly offset: number },
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  const conditions = prefilter(request)
  const has = (on: string, column = '') => conditions.some((one) => one.on === on && one.sql.startsWith(column))
  const { level } = request
  const { alias, columns, from } =
    level === 'study'
      ? { alias: 'st', columns: [studyColumns], from: 'studies st' }
      : level === 'series'
        ? { alias: 'se', columns: [studyColumns, seriesColumns], from: seriesFrom(has) }
        : { alias: 'e', columns: [studyColumns, seriesColumns, instanceColumns], from: instanceFrom(has) }
  const where = [...conditions.map(({ sql }) => `(${sql})`), `${alias}.id > ?`]
  return {
    sql: `SELECT ${alias}.id AS id, ${columns.join(', ')} FROM ${from}
      WHERE ${where.join(' AND ')} ORDER BY ${alias}.id LIMIT ? OFFSET ?`,
    values: [...conditions.flatMap(({ values }) => values), page.after, page.limit, page.offset],
  }
}

type Has = (on: string, column?: string) => boolean

function seriesFrom(has: Has): string {
  if (has('series', 'se.uid') || !has('study')) return 'series se CROSS JOIN studies st ON st.id = se.study'
  return 'studies st CROSS JOIN series se ON se.study = st.id'
}

function instanceFrom(has: Has): string {
  const up = 'CROSS JOIN series se ON se.id = e.series CROSS JOIN studies st ON st.id = se.study'
  if (has('instance')) return `entries e INDEXED BY instances_by_uid ${up} AND e.shown = 1`
  const down = 'CROSS JOIN entries e INDEXED BY instances_of_series ON e.series = se.id AND e.shown = 1'
  if (has('study', 'st.uid') || (has('study') && !has('series', 'se.uid'))) {
    return `studies st CROSS JOIN series se ON se.study = st.id ${down}`
  }
  if (has('series', 'se.uid')) return `series se CROSS JOIN studies st ON st.id = se.study ${down}`
  return `entries e INDEXED BY instances_in_order ${up} AND e.shown = 1`
}
