import { type Call, GantryError, isGantryError } from '@gantry/core/driver'

import { unitPath } from '../manifest/home.ts'
import type { KnownUnit } from '../manifest/catalogue.ts'
import { parseUnitRecord, type UnitRecord } from '../manifest/unit-record.ts'
import { parseCid } from '../pack/cid.ts'
import { indexBlob, shardBlob } from '../read/car-source.ts'
import type { Publication } from '../shards/shard-store.ts'
import type { Archive } from './archive.ts'
import { type JournalBlob, readJournal, readJournals, removeJournal, writeJournal } from './journal.ts'

const attempts = 5

/** Removes an entry wherever it is known to be; to be called exclusively. */
export async function removeEntry(archive: Archive, path: string, call: Call): Promise<void> {
  await archive.catalogue.refresh(call)
  // It may be in what cannot be read: that nothing is there is not known.
  if (archive.catalogue.known(path) === undefined && archive.catalogue.troubles.length > 0) {
    throw archive.catalogue.absent(path)
  }
  for (const unit of archive.catalogue.units) await dropEntries(archive, unit, new Set([path]), call)
  await archive.catalogue.refresh(call)
}

/** Takes entries out of a unit; one that has no others goes, with what only it needs. */
export async function dropEntries(
  archive: Archive,
  unit: KnownUnit,
  paths: ReadonlySet<string>,
  call: Call,
): Promise<void> {
  const { home, keyring, catalogue } = archive
  let { record, contents, version } = unit
  for (let attempt = 1; ; attempt += 1) {
    const entries = contents?.entries.filter(({ path }) => !paths.has(path))
    if (contents === undefined || entries === undefined || entries.length === contents.entries.length) return
    if (entries.length === 0) return await removeUnit(archive, record, call)
    const key = record.key === undefined ? undefined : await keyring.open(record.key, call)
    const sealed = await catalogue.seal({ ...contents, entries }, key)
    try {
      const conditions = version === undefined ? {} : { ifVersion: version }
      await home.writeJson(unitPath(record.unit), { ...record, contents: sealed }, call, conditions)
      return
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'precondition_failed' || attempt === attempts) throw error
    }
    const found = await home.read(unitPath(record.unit), call)
    if (found === undefined) return
    record = parseUnitRecord(found.bytes)
    contents = await catalogue.open(record, call)
    version = found.entry.version
  }
}

/** Removes a unit: its record first, then what no other unit needs. */
async function removeUnit(archive: Archive, record: UnitRecord, call: Call): Promise<void> {
  const { unit, key } = record
  const blobs = blobsOf(record)
  const keyed = key === undefined ? {} : { key }
  await writeJournal(archive, { unit, started: archive.now(), ...keyed, blobs }, call)
  await archive.home.remove(unitPath(unit), call)
  await archive.catalogue.refresh(call)
  const needed = await neededBesides(archive, unit, call)
  // The entries are gone. Their blobs and key stay, and the journal that knows of them, until that can be told.
  if (isGantryError(needed)) return
  const others = archive.catalogue.units.some((other) => other.record.root === record.root)
  if (!others) await archive.shards.unpublish?.(publicationOf(record), call)
  await removeBlobs(archive, blobs, needed, call)
  // Nothing else was encrypted with it: whatever copies of the blobs there are, they are closed.
  if (key !== undefined && !needed.keys.has(key)) await archive.keyring.destroy(key, archive.now(), call)
  await removeJournal(archive, unit, call)
}

interface Needed {
  readonly blobs: ReadonlySet<string>
  readonly keys: ReadonlySet<string>
}

/** What units and journals besides those of this unit need; why that is unknown, where one of them cannot be read. */
async function neededBesides(archive: Archive, unit: string, call: Call): Promise<Needed | GantryError> {
  const { journals, damaged } = await readJournals(archive, call)
  const unknown = archive.catalogue.uncounted ?? damaged[0]
  if (unknown !== undefined) return unknown
  const units = archive.catalogue.units.map(({ record }) => ({ ...record, blobs: blobsOf(record) }))
  const others = [...units, ...journals].filter((other) => other.unit !== unit)
  return {
    blobs: new Set(others.flatMap(({ blobs }) => blobs.map(({ cid }) => cid))),
    keys: new Set(others.flatMap(({ key }) => key ?? [])),
  }
}

async function removeBlobs(archive: Archive, blobs: readonly JournalBlob[], needed: Needed, call: Call): Promise<void> {
  for (const blob of blobs) {
    if (!needed.blobs.has(blob.cid)) await archive.shards.remove({ ...blob, cid: parseCid(blob.cid) }, call)
  }
}

/**
 * Ends what was begun and will not be gone on with; to be called exclusively. `integrity` where a record or journal cannot be
 * read, which may need what would go.
 */
export async function discardUnit(archive: Archive, unit: string, call: Call): Promise<void> {
  await archive.catalogue.refresh(call)
  const journal = await readJournal(archive, unit, call)
  if (journal === undefined) return
  const needed = await neededBesides(archive, unit, call)
  if (isGantryError(needed)) throw needed
  if (archive.catalogue.unit(unit) === undefined) {
    await removeBlobs(archive, journal.blobs, needed, call)
    const { key } = journal
    if (key !== undefined && !needed.keys.has(key)) await archive.keyring.drop(key, call)
  }
  await removeJournal(archive, unit, call)
}

export function blobsOf({ shards, index }: UnitRecord): JournalBlob[] {
  return [...shards.map(({ cid, size }) => ({ cid, size, kind: 'shard' as const })), { ...index, kind: 'index' }]
}

export function publicationOf({ root, shards, index }: UnitRecord): Publication {
  return { root: parseCid(root), shards: shards.map((shard) => shardBlob(shard)), index: indexBlob(index) }
}

export function destroyedKey(): GantryError {
  return new GantryError('precondition_failed', 'The key of the study was destroyed while it was written.')
}
