import type { Attributes } from '@gantry/core'

import type { Catalogue } from '../catalogue.ts'
import { rowsById } from '../database/by-id.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import type { CatalogueLine } from './catalogue-line.ts'

export interface ExportOptions {
  /** With ids and names of patients, and descriptions of studies, which may name them; default: without. Paths are written as they are. */
  readonly patients?: boolean | undefined
}

/** All that the catalogue knows, but for its keys and for what it remembers of manifests, a line at a time: `JSON.stringify` each. Bounded memory. */
export async function* exportCatalogue(
  catalogue: Catalogue,
  options: ExportOptions = {},
): AsyncGenerator<CatalogueLine, void, undefined> {
  let lines = 0
  for await (const line of allLines(catalogue, options)) {
    lines += 1
    yield line
  }
  yield { type: 'end', lines }
}

async function* allLines(
  catalogue: Catalogue,
  { patients = false }: ExportOptions,
): AsyncGenerator<CatalogueLine, void, undefined> {
  yield { type: 'catalogue', version: 2 }
  yield* sessionLines(catalogue)
  for await (const receipt of catalogue.allReceipts({ removed: true })) {
    const sessions = await sessionsOf(catalogue, receipt)
    const { id: _id, checked: _checked, attributes, ...kept } = receipt
    const told = attributes === undefined ? undefined : attributesFor(attributes, patients)
    yield { type: 'receipt', ...kept, ...(told !== undefined && { attributes: told }), sessions } as CatalogueLine
  }
  yield* eventLines(catalogue)
}

async function* sessionLines({ database }: Catalogue): AsyncGenerator<CatalogueLine, void, undefined> {
  type Row = { id: number; owner: string; name: string; created: number; deleted: number | null }
  const sql = 'SELECT id, owner, name, created, deleted FROM sessions WHERE id > ? ORDER BY id LIMIT ?'
  for await (const row of rowsById(async (...page) => await database.all<Row>(sql, ...page))) {
    const { owner, name, created, deleted } = row
    yield { type: 'session', owner, name, created, ...(deleted !== null && { deleted }) }
  }
}

async function* eventLines({ database }: Catalogue): AsyncGenerator<CatalogueLine, void, undefined> {
  const sql = `SELECT events.id, at, kind, who, sessions.name AS session, nullif(sessions.owner, '') AS owner, target, place,
 entries, bytes FROM events LEFT JOIN sessions ON sessions.id = events.session
 WHERE events.id > ? ORDER BY events.id LIMIT ?`
  for await (const row of rowsById(async (...page) => await database.all<{ id: number }>(sql, ...page))) {
    const { id: _id, ...event } = row
    const told = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null))
    yield { type: 'event', ...told } as CatalogueLine
  }
}

async function sessionsOf(
  { database }: Catalogue,
  { id }: CatalogueReceipt,
): Promise<{ owner: string; name: string }[]> {
  const sql = `SELECT owner, name FROM session_receipts JOIN sessions ON sessions.id = session WHERE receipt = ?`
  return await database.all(sql, id)
}

/** Whether somebody may read who the patient is. */
function attributesFor(attributes: Attributes, patients: boolean): Attributes {
  if (patients) return attributes
  const { PatientID: _patient, PatientName: _name, StudyDescription: _description, ...others } = attributes
  return others
}
