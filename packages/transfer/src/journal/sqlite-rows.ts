import type { Digests, Entry, StoredPart, Tally, Upload } from '@gantry/core'

import type { JournalEntry, PlannedEntry, Receipt, Refusal } from './journal.ts'
import { damage } from './sqlite-schema.ts'

/** A row of the table `existing`, and the columns of `entries` that describe the source. */
export interface ExistingRow {
  readonly path: string
  readonly size: number | null
  readonly version: string | null
  readonly modified: number | null
  readonly digests: string | null
  readonly content_type?: string | null
}

export interface EntryRow extends ExistingRow {
  readonly id: number
  readonly target: string
  readonly parcel: string | null
  readonly twin: string | null
  readonly status: number
  readonly begun: number
  readonly damaged: number
  readonly code: string | null
  readonly message: string | null
  readonly upload: string | null
  readonly stored_bytes: number | null
  readonly stored_digests: string | null
  readonly stored_version: string | null
  readonly verified: number | null
  readonly at: number | null
}

export interface PartRow {
  readonly number: number
  readonly offset: number
  readonly size: number
  readonly tag: string
  readonly digests: string | null
}

export function json(digests: Digests | undefined): string | null {
  return digests === undefined ? null : JSON.stringify(digests)
}

export function entryOfRow(row: ExistingRow): Entry {
  const { path, size, version, modified, digests, content_type: contentType } = row
  return {
    path,
    ...(size !== null && { size }),
    ...(version !== null && { version }),
    ...(modified !== null && { modified }),
    ...(digests !== null && { digests: digestsOf(digests) }),
    ...(contentType !== null && contentType !== undefined && { contentType }),
  }
}

export function journalEntryOfRow(
  row: EntryRow,
  existing: JournalEntry['existing'],
  parts: readonly PartRow[],
): JournalEntry {
  const refusal = refusalOfRow(row)
  return {
    id: row.id,
    source: entryOfRow(row),
    target: row.target,
    begun: row.begun === 1,
    damaged: row.damaged === damage.found,
    doubted: row.damaged === damage.doubted,
    existing,
    upload: uploadOf(row.upload),
    parts: parts.map((part) => partOfRow(part)),
    added: addedOfRow(row),
    ...(row.twin !== null && { twin: row.twin }),
    ...(refusal !== undefined && { refusal }),
  }
}

export function plannedOfRow(row: EntryRow): PlannedEntry & { path: string; bytes: number } {
  const { path, target, size } = row
  const refusal = refusalOfRow(row)
  return { path, target, bytes: size ?? 0, source: entryOfRow(row), ...(refusal !== undefined && { refusal }) }
}

/** Why it was planned without a place: kept in the columns of failures, which it becomes when its turn comes. */
function refusalOfRow({ target, code, message }: EntryRow): Refusal | undefined {
  if (target !== '' || code === null || message === null) return undefined
  return { code: code as Refusal['code'], message }
}

function partOfRow({ number, offset, size, tag, digests }: PartRow): StoredPart {
  return { number, offset, size, tag, ...(digests !== null && { digests: digestsOf(digests) }) }
}

/** What a parcel that is not committed got of an entry. */
function addedOfRow({ stored_bytes: size, stored_digests: digests }: EntryRow): JournalEntry['added'] {
  return size === null ? undefined : { size, digests: digests === null ? {} : digestsOf(digests) }
}

export function receiptOfRow(row: EntryRow): Receipt & { id: number; size: number } {
  return {
    id: row.id,
    size: row.size ?? 0,
    path: row.path,
    target: row.target,
    bytes: row.stored_bytes ?? row.size ?? 0,
    digests: row.stored_digests === null ? {} : digestsOf(row.stored_digests),
    ...(row.stored_version !== null && { version: row.stored_version }),
    verified: row.verified === 1,
    at: row.at ?? 0,
  }
}

export function tallyOf(
  rows: readonly { status: number; entries: number; bytes: number }[],
  wanted: readonly number[],
): Tally {
  const chosen = rows.filter((row) => wanted.includes(row.status))
  const sum = (key: 'entries' | 'bytes') => chosen.reduce((total, row) => total + row[key], 0)
  return { entries: sum('entries'), bytes: sum('bytes') }
}

function digestsOf(text: string): Digests {
  return JSON.parse(text) as Digests
}

export function uploadOf(text: string | null): Upload | undefined {
  return text === null ? undefined : (JSON.parse(text) as Upload)
}
