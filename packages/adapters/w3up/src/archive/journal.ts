import type { Call } from '@gantry/core/driver'
import { z } from 'zod'

import { journalFolder, journalPath } from '../manifest/home.ts'
import { parseJson } from '../manifest/unit-record.ts'
import type { Archive } from './archive.ts'

const blobSchema = z.object({ cid: z.string(), size: z.number().int().nonnegative(), kind: z.enum(['shard', 'index']) })
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
  /** Name of a key that was made for this unit. */
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
  const found = await archive.home.read(journalPath(unit), call)
  return found && parseJson(found.bytes, journalSchema, 'A journal of the archive')
}

export async function removeJournal(archive: Archive, unit: string, call: Call): Promise<void> {
  await archive.home.remove(journalPath(unit), call)
}

export async function* journalsOf(archive: Archive, call: Call): AsyncGenerator<Journal, void, undefined> {
  for await (const { path } of archive.home.store.list({ prefix: journalFolder }, call)) {
    const unit = /^journal\/([A-Za-z0-9_-]+)\.json$/u.exec(path)?.[1]
    const journal = unit === undefined ? undefined : await readJournal(archive, unit, call)
    if (journal !== undefined) yield journal
  }
}
