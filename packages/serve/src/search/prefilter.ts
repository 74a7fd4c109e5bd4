import type { MatchingKey } from '@gantry/dicom'

import { tagNamed, uidTags } from '../catalog/levels.ts'
import type { SqlValue } from '../database/index-database.ts'
import type { SearchRequest } from './search-request.ts'

/** A condition in SQL that holds for whatever matches; it may hold for more. */
export interface Condition {
  readonly on: 'study' | 'series' | 'instance'
  readonly sql: string
  readonly values: readonly SqlValue[]
}

const modality = tagNamed('Modality')
const modalitiesInStudy = tagNamed('ModalitiesInStudy')
const date = tagNamed('StudyDate')

const columns: { readonly [tag: string]: { readonly on: Condition['on']; readonly column: string } } = {
  [uidTags.study]: { on: 'study', column: 'st.uid' },
  [uidTags.series]: { on: 'series', column: 'se.uid' },
  [uidTags.instance]: { on: 'instance', column: 'e.uid' },
  [tagNamed('PatientID')]: { on: 'study', column: 'st.patient_id' },
  [tagNamed('AccessionNumber')]: { on: 'study', column: 'st.accession' },
  [modality]: { on: 'series', column: 'se.modality' },
}

/** What the database can narrow a search down by. What is left is matched row by row. */
export function prefilter({ study, series, keys }: SearchRequest): readonly Condition[] {
  return [
    ...(study === undefined ? [] : [anyOf('study', 'st.uid', [study])]),
    ...(series === undefined ? [] : [anyOf('series', 'se.uid', [series])]),
    ...keys.flatMap((key) => conditionOf(key) ?? []),
  ]
}

function conditionOf(key: MatchingKey): Condition | undefined {
  const [tag = '', ...deeper] = key.path
  if (deeper.length > 0 || key.kind === 'universal' || key.kind === 'fuzzy') return undefined
  if (tag === date) return dateCondition(key)
  const values = key.value.split(key.vr === 'UI' ? /[,\\]/u : '\\').map((value) => value.trim())
  if (key.kind === 'wildcard') return values.length === 1 ? prefixCondition(tag, values[0] ?? '') : undefined
  if (tag === modalitiesInStudy) {
    const sql =
      'EXISTS (SELECT 1 FROM series m WHERE m.study = st.id AND m.modality IN (SELECT value FROM json_each(?)))'
    return { on: 'study', sql, values: [JSON.stringify(values)] }
  }
  const column = columns[tag]
  return column === undefined ? undefined : anyOf(column.on, column.column, values)
}

function anyOf(on: Condition['on'], column: string, values: readonly string[]): Condition {
  const [only, ...others] = values
  if (only !== undefined && others.length === 0) return { on, sql: `${column} = ?`, values: [only] }
  return { on, sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] }
}

/** What stands before the first wildcard. */
function prefixCondition(tag: string, pattern: string): Condition | undefined {
  const column = columns[tag]
  const prefix = /^[^*?]*/u.exec(pattern)?.[0] ?? ''
  if (column === undefined || prefix === '') return undefined
  const sql = `${column.column} >= ? AND ${column.column} < ?`
  return { on: column.on, sql, values: [prefix, `${prefix}\u{10FFFF}`] }
}

function dateCondition({ value }: MatchingKey): Condition | undefined {
  const [, from, hyphen, to] = /^\s*(\d{8})?\s*(-)?\s*(\d{8})?\s*$/u.exec(value.replaceAll('.', '')) ?? []
  if (from === undefined && to === undefined) return undefined
  if (hyphen === undefined) return from === undefined ? undefined : anyOf('study', 'st.date', [from])
  const bounds = [...(from === undefined ? [] : [['>=', from]]), ...(to === undefined ? [] : [['<=', to]])]
  const sql = bounds.map(([operator]) => `st.date ${operator} ?`).join(' AND ')
  return { on: 'study', sql, values: bounds.map(([, bound]) => bound ?? '') }
}
