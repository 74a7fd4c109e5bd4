import { buildPage, pageKinds, Pages, pageSize } from './pages.ts'
import { type Cell, encodeRecord } from './record.ts'
import { addIndex, addTable } from './trees.ts'

export interface Table {
  readonly name: string
  readonly sql: string
  readonly rows: readonly (readonly Cell[])[]
  /** Of a table whose primary key is not the row's number: what stands in the index that SQLite expects for it. */
  readonly primaryKey?: {
    readonly keyOf: (row: readonly Cell[]) => readonly Cell[]
    /** By the bytes of texts, and the values of numbers. */
    readonly compare: (a: readonly Cell[], b: readonly Cell[]) => number
  }
}

/**
 * A database file from all that it holds: so it can be written where there is no SQLite, in a browser for one. As small
 * as what is needed here: one page size, rows and keys that fit into a page, a schema of one page, no free pages.
 */
export function buildDatabase(tables: readonly Table[]): Uint8Array {
  const pages = new Pages()
  const schema: (readonly Cell[])[] = []
  for (const { name, sql, rows, primaryKey } of tables) {
    const root = addTable(
      pages,
      rows.map((row) => encodeRecord(row)),
    )
    schema.push(['table', name, name, root, sql])
    if (primaryKey === undefined) continue
    const { keyOf, compare } = primaryKey
    const keys = rows.map((row, index) => [...keyOf(row), index + 1]).sort(compare)
    const index = `sqlite_autoindex_${name}_1`
    // SQLite knows these by their name: they have no SQL.
    const keyRoot = addIndex(
      pages,
      keys.map((key) => encodeRecord(key)),
    )
    schema.push(['index', index, name, keyRoot])
  }
  const cells = schema.map((row, index) => schemaCell(row, index + 1))
  const first = buildPage(pageKinds.leafTable, cells, 0, 100)
  first.set(fileHeader(pages.count))
  return pages.file(first)
}

function schemaCell(row: readonly Cell[], number: number): Uint8Array {
  const record = encodeRecordWithNull(row)
  const cell = new Uint8Array(record.length + 3)
  cell.set([128 + (record.length >>> 7), record.length & 127, number])
  cell.set(record, 3)
  return cell
}

/** Of an index, the column for the SQL is NULL: type 0, no bytes. */
function encodeRecordWithNull(row: readonly Cell[]): Uint8Array {
  const record = encodeRecord(row)
  if (row.length === 5) return record
  const header = record[0] as number
  const withNull = new Uint8Array(record.length + 1)
  withNull.set(record.subarray(0, header))
  withNull[0] = header + 1
  withNull.set(record.subarray(header), header + 1)
  return withNull
}

/** SQLite file format, 1.3. */
function fileHeader(pageCount: number): Uint8Array {
  const header = new Uint8Array(100)
  const view = new DataView(header.buffer)
  header.set(new TextEncoder().encode('SQLite format 3\0'))
  view.setUint16(16, pageSize)
  header.set([1, 1, 0, 64, 32, 32], 18)
  const changes = 1
  view.setUint32(24, changes)
  view.setUint32(28, pageCount)
  const schemaVersion = 1
  view.setUint32(40, schemaVersion)
  const schemaFormat = 4
  view.setUint32(44, schemaFormat)
  const utf8 = 1
  view.setUint32(56, utf8)
  view.setUint32(92, changes)
  view.setUint32(96, 3_046_000)
  return header
}
