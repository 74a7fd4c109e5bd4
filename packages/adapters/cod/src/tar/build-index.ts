import { comparePaths, utf8Length } from '@gantry/core/driver'

import { buildDatabase, type Table } from '../sqlite/build-database.ts'
import type { Cell } from '../sqlite/record.ts'
import type { TarRow } from './tar-row.ts'

const text = 'VARCHAR(65535)'

/** The schema of ratarmount's indexes, version 0.7.0, whose columns are in this order. */
const filesSql = `CREATE TABLE "files" ("path" ${text} NOT NULL, "name" ${text} NOT NULL, "offsetheader" INTEGER, "offset" INTEGER, "size" INTEGER, "mtime" REAL, "mode" INTEGER, "type" INTEGER, "linkname" ${text}, "uid" INTEGER, "gid" INTEGER, "istar" BOOL, "issparse" BOOL, "isgenerated" BOOL, "recursiondepth" INTEGER, PRIMARY KEY (path,name,offsetheader))`
const versionsSql = `CREATE TABLE "versions" ("name" ${text} NOT NULL, "version" ${text} NOT NULL, "major" INTEGER, "minor" INTEGER, "patch" INTEGER)`
const metadataSql = `CREATE TABLE "metadata" ("key" ${text} NOT NULL, "value" ${text} NOT NULL)`

const file = 0o100644
/** As ratarmount has it: the byte in the header of the tar. */
const fileType = { blob: Uint8Array.of(0x30) }
const folder = 0o40555
/** Of the rows of folders, whose column `type` holds a number. */
export const folderType = 5
/** Longer keys of an index would go on in further pages; no instance is called like that. */
const longestName = 800

/** `index.sqlite`: what ratarmount, and so the Python reader, mounts the tar by. */
export function buildIndex(rows: readonly TarRow[], tarSize: number): Uint8Array {
  const files: Cell[][] = []
  const folders = new Map<string, TarRow>()
  for (const row of rows) {
    if (utf8Length(row.name) > longestName) continue
    const slash = row.name.lastIndexOf('/')
    const path = slash < 0 ? '' : `/${row.name.slice(0, slash)}`
    files.push(fileRow(path, row.name.slice(slash + 1), row))
    for (let at = row.name.indexOf('/'); at >= 0; at = row.name.indexOf('/', at + 1)) {
      const above = row.name.slice(0, at)
      if (!folders.has(above)) folders.set(above, row)
    }
  }
  for (const [name, first] of folders) {
    const slash = name.lastIndexOf('/')
    files.push(folderRow(slash < 0 ? '' : `/${name.slice(0, slash)}`, name.slice(slash + 1), first))
  }
  const tables: Table[] = [
    {
      name: 'files',
      sql: filesSql,
      rows: files,
      primaryKey: { keyOf: (row) => row.slice(0, 3), compare: compareKeys },
    },
    {
      name: 'versions',
      sql: versionsSql,
      rows: [
        ['ratarmount', '0.10.0', 0, 10, 0],
        ['index', '0.7.0', 0, 7, 0],
      ],
    },
    {
      name: 'metadata',
      sql: metadataSql,
      rows: [
        ['backendName', 'SQLiteIndexedTar'],
        ['tarstats', JSON.stringify({ st_size: tarSize })],
        ['isGnuIncremental', '0'],
      ],
    },
  ]
  return buildDatabase(tables)
}

function fileRow(path: string, name: string, { headerOffset, offset, size, mtime }: TarRow): Cell[] {
  return [path, name, headerOffset, offset, size, { real: mtime }, file, fileType, '', 0, 0, 0, 0, 0, 0]
}

/** No folder has an entry in the tar: it stands where the first that lies in it does, as ratarmount has it. */
function folderRow(path: string, name: string, { headerOffset, offset }: TarRow): Cell[] {
  return [path, name, headerOffset, offset, 0, { real: 0 }, folder, folderType, '', 0, 0, 0, 0, 0, 0]
}

function compareKeys(a: readonly Cell[], b: readonly Cell[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    const order =
      typeof left === 'string' && typeof right === 'string' ? comparePaths(left, right) : Number(left) - Number(right)
    if (order !== 0) return order
  }
  return 0
}
