import type { SqliteDatabase } from './sqlite-database.ts'
import { entriesSchema, existingSchema, journalVersion, parcelsSchema } from './sqlite-schema.ts'

const columns =
  'path, target, size, version, modified, digests, content_type, status, begun, crashed, damaged, code, message, upload, ' +
  'stored_bytes, stored_digests, stored_version, verified, at'

/** By the version that they start from. Version 2: sizes may be unknown, and entries be moved together. */
const steps: readonly (readonly [from: number, sql: string])[] = [
  [
    1,
    `
ALTER TABLE entries RENAME TO entries_1;
ALTER TABLE existing RENAME TO existing_1;
DROP INDEX crashed;
DROP INDEX uploading;
${entriesSchema}${existingSchema}${parcelsSchema}
INSERT INTO entries (id, ${columns}) SELECT id, ${columns} FROM entries_1 ORDER BY id;
INSERT INTO existing SELECT path, size, version, modified, digests FROM existing_1;
DROP TABLE entries_1;
DROP TABLE existing_1;
`,
  ],
]

/** Brings a journal of an earlier version to this one; all of it or nothing. */
export function migrate(database: SqliteDatabase, version: number): void {
  database.transaction(() => {
    for (const [from, sql] of steps) if (version <= from) database.exec(sql)
    database.exec(`PRAGMA user_version = ${journalVersion}`)
  })
}
