import { type Call, type GantryError, isGantryError } from '@gantry/core/driver'
import * as z from 'zod'

import { journalFolder, journalPath } from '../manifest/home.ts'
import { cidSchema, parseJson } from '../manifest/unit-record.ts'
import { unreadable } from '../manifest/unreadable.ts'
import type { Archive } from './archive.ts'

const blobSchema = z.object({ cid: cidSchema, size: z.number().int().nonnegative(), kind: z.enum(['shard', 'index']) })
export type JournalBlob = z.output<typeof blobSchema>

/**
 * What was begun, and travels with the archive: blobs that are there, or may be, and that no unit names yet, or any more.
 * It is written before any of them is put or removed, so that none is ever unknown.
 */
const journalSchema = z.object({
  format: z.literal('gantry-archive-journal'),
  version: z.literal(1),
  unit: z.string(),
  started: z.number(),
  /** Name of a key that was made for this unit, or that only it may have needed. */
  key: z.string().optional(),
  blobs: z.array(blobSchema),
})
export type Journal = z.output<typeof journalSchema>

export async function writeJournal(
  archive: Archive,
  journal: Omit<Journal, 'format' | 'version'>,
  call: Call,
): Promise<void> {
  const value: Journal = { format: 'gantry-archive-journal', version: 1, ...journal }
  await archive.home.writeJson(journalPath(journal.unit), value, call)
}

export async function readJournal(archive: Archive, unit: string, call: Call): Promise<Journal | undefined> {
  const path = journalPath(unit)
  const found = await archive.home.read(path, call)
  if (found === undefined) return undefined
  try {
    return parseJson(found.bytes, journalSchema, 'A journal of the archive')
  } catch (error) {
    throw unreadable(path, error)
  }
}

export async function removeJournal(archive: Archive, unit: string, call: Call): Promise<void> {
  await archive.home.remove(journalPath(unit), call)
}

/** All that is on its way, as far as it can be read. */
export interface Journals {
  readonly journals: readonly Journal[]
  /** Why the others cannot be read: they may name any blob and key. */
  readonly damaged: readonly GantryError[]
}

export async function readJournals(archive: Archive, call: Call): Promise<Journals> {
  const journals: Journal[] = []
  const damaged: GantryError[] = []
  for await (const { path } of archive.home.store.list({ prefix: journalFolder }, call)) {
    const unit = /^journal\/([A-Za-z0-9_-]+)\.json$/u.exec(path)?.[1]
    if (unit === undefined) continue
    try {
      const journal = await readJournal(archive, unit, call)
      if (journal !== undefined) journals.push(journal)
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'integrity') throw error
      damaged.push(error)
    }
  }
  return { journals, damaged }
}
