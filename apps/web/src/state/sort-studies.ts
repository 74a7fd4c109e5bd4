import type { StudyRow } from '../engine/model.ts'

export type SortKey = Exclude<keyof StudyRow, 'uid' | 'series'>

/** By one column, then by UID, so that equal ones do not change places. */
export function sortStudies(rows: readonly StudyRow[], key: SortKey, down: boolean): StudyRow[] {
  const sign = down ? -1 : 1
  return rows.toSorted((a, b) => {
    const [left, right] = [a[key], b[key]]
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right), 'en', { numeric: true })
    return order === 0 ? a.uid.localeCompare(b.uid) : sign * order
  })
}
