import { type Call, GantryError, isGantryError } from '@gantry/core/driver'

import { unitPath } from '../manifest/home.ts'
import type { KnownUnit } from '../manifest/catalogue.ts'
import { parseUnitRecord, type UnitRecord } from '../manifest/unit-record.ts'
import { parseCid } from '../pack/cid.ts'
import { indexBlob, shardBlob } from '../read/car-source.ts'
import type { Publication } from '../shards/shard-store.ts'
import type { Archive } from './archive.ts'
import { type JournalBlob, journalsOf, removeJournal, writeJournal } from './journal.ts'

const attempts = 5

/** Removes an entry wherever it is; to be called exclusively. */
export async function removeEntry(archive: Archive, path: string, call: Call): Promise<void> {
  await archive.catalogue.refresh(call)
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
  const blobs = blobsOf(record)
  await writeJournal(archive, { unit: record.unit, started: archive.now(), blobs }, call)
  await archive.home.remove(unitPath(record.unit), call)
  await archive.catalogue.refresh(call)
  const others = archive.catalogue.units.some((other) => other.record.root === record.root)
  if (!others) await archive.shards.unpublish?.(publicationOf(record), call)
  await removeBlobs(archive, record.unit, blobs, call)
  // Nothing else was encrypted with it: whatever copies of the blobs there are, they are closed.
  const { key } = record
  if (key !== undefined && !(await isKeyUsed(archive, key, record.unit, call))) {
    await archive.keyring.destroy(key, archive.now(), call)
  }
  await removeJournal(archive, record.unit, call)
}

/** Removes those blobs that neither a unit nor another journal names. */
async function removeBlobs(archive: Archive, unit: string, blobs: readonly JournalBlob[], call: Call): Promise<void> {
  const used = new Set<string>()
  for (const { record } of archive.catalogue.units) for (const { cid } of blobsOf(record)) used.add(cid)
  for await (const journal of journalsOf(archive, call)) {
    if (journal.unit !== unit) for (const { cid } of journal.blobs) used.add(cid)
  }
  for (const blob of blobs) {
    if (!used.has(blob.cid)) await archive.shards.remove({ ...blob, cid: parseCid(blob.cid) }, call)
  }
}

/** Ends what was begun and will not be gone on with; to be called exclusively. */
export async function discardUnit(archive: Archive, unit: string, call: Call): Promise<void> {
  await archive.catalogue.refresh(call)
  for await (const journal of journalsOf(archive, call)) {
    if (journal.unit !== unit) continue
    if (archive.catalogue.unit(unit) === undefined) {
      await removeBlobs(archive, unit, journal.blobs, call)
      const { key } = journal
      if (key !== undefined && !(await isKeyUsed(archive, key, unit, call))) await archive.keyring.drop(key, call)
    }
    await removeJournal(archive, unit, call)
  }
}

async function isKeyUsed(archive: Archive, key: string, exceptUnit: string, call: Call): Promise<boolean> {
  for (const { record } of archive.catalogue.units) {
    if (record.key === key && record.unit !== exceptUnit) return true
  }
  for await (const journal of journalsOf(archive, call)) {
    if (journal.key === key && journal.unit !== exceptUnit) return true
  }
  return false
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
