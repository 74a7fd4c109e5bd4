import { GantryError } from '../errors/gantry-error.ts'
import { migrateDraft } from './draft/migrate-draft.ts'
import { invalidJson } from './json-flaw.ts'
import { isRecord, type JsonRecord } from './record.ts'

/** Makes a document of one version to one of the next; what is malformed it leaves to the schema to refuse. */
export type Migration = (document: JsonRecord) => JsonRecord

/** `migrations[version]` leads from that version to the next. */
export const migrations: readonly Migration[] = [migrateDraft]

/** The document in the current version: `unsupported` if it is of a newer one, `invalid` if of none. */
export function migrate(document: unknown, chain: readonly Migration[] = migrations): unknown {
  if (!isRecord(document)) throw invalidJson({ path: [], problem: 'it is no object' })
  if (document['type'] !== 'workspace') throw invalidJson({ path: ['type'], problem: 'it is no workspace' })
  if ('medSource' in document && !('volumes' in document)) {
    throw invalidJson({ path: ['medSource'], problem: 'it is a workspace of Sethealth, for importSethealth to read' })
  }
  const { version } = document
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) {
    throw invalidJson({ path: ['version'], problem: 'the version is no natural number' })
  }
  if (version > chain.length) {
    const message = `The workspace is of version ${version}, and ${chain.length} is the newest that is known here: update.`
    throw new GantryError('unsupported', message, { path: 'version' })
  }
  return chain.slice(version).reduce((older, migration) => migration(older), document)
}
