import { GantryError } from '@gantry/core'

import type { Catalogue } from '../catalogue.ts'
import type { ReceiptPlace } from '../records/recorder.ts'
import type { NewReceipt } from '../records/receipt.ts'
import { type CatalogueLine, catalogueLineSchema } from './catalogue-line.ts'

export interface Imported {
  readonly receipts: number
  readonly sessions: number
  /** Its end says that these are all lines; exports of older versions have none. */
  readonly whole: boolean
}

/** Receipts of one place that are recorded together. */
const batchSize = 500
const longestLine = 1_048_576

/**
 * Adds what another catalogue knew to this one; what is known already stays as it is. `invalid` with the number of the
 * line for what is no line of a catalogue, and where the end is missing; what came before it is recorded: who wants all or
 * nothing asks `checkLines` first.
 */
export async function importCatalogue(catalogue: Catalogue, lines: AsyncIterable<string>): Promise<Imported> {
  const total = { receipts: 0, sessions: 0, whole: false }
  const batch = new Batch(catalogue)
  for await (const line of parsed(lines)) {
    count(line, total)
    if (line.type === 'session') await importSession(catalogue, line)
    else if (line.type === 'receipt') await batch.add(line)
    else if (line.type === 'event') await importEvent(catalogue, line)
  }
  await batch.flush()
  return total
}

/** What `importCatalogue` would add, and all that it would refuse. */
export async function checkLines(lines: AsyncIterable<string>): Promise<Imported> {
  const total = { receipts: 0, sessions: 0, whole: false }
  for await (const line of parsed(lines)) count(line, total)
  return total
}

function count({ type }: CatalogueLine, total: { receipts: number; sessions: number; whole: boolean }): void {
  if (type === 'receipt') total.receipts += 1
  else if (type === 'session') total.sessions += 1
  else if (type === 'end') total.whole = true
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<CatalogueLine, void, undefined> {
  let number = 0
  let before = 0
  let first: CatalogueLine | undefined
  let last: CatalogueLine | undefined
  for await (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    const line = parse(text, number)
    first ??= line
    if (first.type !== 'catalogue' || last?.type === 'end') throw wrong(number)
    if (line.type === 'end' && line.lines !== before) throw cut()
    before += 1
    last = line
    yield line
  }
  if (first === undefined) throw new GantryError('invalid', 'Nothing is in it: that is no export of a catalogue.')
  if (first.type === 'catalogue' && first.version > 1 && last?.type !== 'end') throw cut()
}

/** A part of an export must not pass for all of it. */
function cut(): GantryError {
  return new GantryError('invalid', 'Lines of the export are missing: take another copy, or export it again.')
}

function parse(text: string, number: number): CatalogueLine {
  if (text.length > longestLine) throw wrong(number)
  try {
    return catalogueLineSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw wrong(number, cause)
  }
}

function wrong(number: number, cause?: unknown): GantryError {
  return new GantryError('invalid', `Line ${number} is not as gantry catalogue export writes it.`, { cause })
}

type LineOf<Type extends CatalogueLine['type']> = Extract<CatalogueLine, { type: Type }>

/** Receipts that go to the same place, gathered. */
class Batch {
  readonly #catalogue: Catalogue
  #place: string | undefined
  #to: readonly ReceiptPlace[] = []
  #receipts: NewReceipt[] = []

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  async add(line: LineOf<'receipt'>): Promise<void> {
    const { type: _type, location, sessions, unit, ...receipt } = line
    const place = JSON.stringify([location, sessions, unit])
    if (place !== this.#place || this.#receipts.length >= batchSize) {
      await this.flush()
      this.#place = place
      const about = { location, ...(unit !== undefined && { unit }) }
      this.#to = sessions.length === 0 ? [about] : sessions.map((session) => ({ ...about, session }))
    }
    this.#receipts.push(receipt)
  }

  async flush(): Promise<void> {
    const receipts = this.#receipts
    this.#receipts = []
    for (const place of this.#to) await this.#catalogue.record(place, receipts)
  }
}

async function importSession(
  { database }: Catalogue,
  { owner, name, created, deleted }: LineOf<'session'>,
): Promise<void> {
  const sql = `INSERT INTO sessions (owner, name, created, deleted) VALUES (?, ?, ?, ?)
 ON CONFLICT (owner, name) DO NOTHING`
  await database.write(async (writer) => await writer.run(sql, owner, name, created, deleted ?? null))
}

/** Imported twice, it has happened once. */
async function importEvent({ database }: Catalogue, event: LineOf<'event'>): Promise<void> {
  const { at, kind, who, session, owner = '', target, place, entries, bytes } = event
  const values = [at, kind, who, target ?? null, place ?? null, entries, bytes]
  const same = `at = ? AND kind = ? AND who = ? AND coalesce(target, '') = coalesce(?, '')
 AND coalesce(place, '') = coalesce(?, '') AND entries = ? AND bytes = ?`
  await database.write(async (writer) => {
    const known = await writer.all(`SELECT 1 FROM events WHERE ${same} LIMIT 1`, ...values)
    if (known.length > 0) return
    await writer.run(
      `INSERT INTO events (at, kind, who, target, place, entries, bytes, session)
       VALUES (?, ?, ?, ?, ?, ?, ?,
        (SELECT id FROM sessions WHERE name = ? ORDER BY CASE WHEN owner = ? THEN 0 ELSE 1 END, id LIMIT 1))`,
      ...values,
      session ?? null,
      // Lines of older versions do not tell it.
      owner,
    )
  })
}
