import type { Call } from '@gantry/core/driver'

import type { Archive } from '../archive/archive.ts'
import { readJournals } from '../archive/journal.ts'
import { blobsOf } from '../archive/remove-units.ts'
import { checkUnit } from './check-unit.ts'
import { type CheckResult, ofFile } from './finding.ts'

/** Reads every unit, and then looks for blobs that belong to none. */
export async function* checkArchive(archive: Archive, call: Call): AsyncGenerator<CheckResult, void, undefined> {
  const { catalogue } = archive
  // Before the units: what is committed meanwhile is then in one of both.
  const journalled = new Set<string>()
  const { journals, damaged } = await readJournals(archive, call)
  for (const error of damaged) yield ofFile(error)
  for (const { unit, blobs } of journals) {
    for (const { cid } of blobs) journalled.add(cid)
    const message = `A unit with ${blobs.length} blobs was begun, and not committed or removed to its end.`
    yield { type: 'finding', kind: 'unfinished', severity: 'warning', unit, message }
  }
  await catalogue.refresh(call)
  for (const { unit, error } of catalogue.troubles) if (catalogue.unit(unit) === undefined) yield ofFile(error, unit)
  const isKnown = damaged.length === 0 && catalogue.uncounted === undefined
  const named = new Set<string>()
  for (const unit of catalogue.units) {
    for (const { cid } of blobsOf(unit.record)) named.add(cid)
    yield* checkUnit(archive, unit, call)
  }
  for await (const { cid } of archive.shards.list(call)) {
    const blob = cid.toString()
    if (named.has(blob) || journalled.has(blob)) continue
    const message = `A blob is there that no unit and no journal names${isKnown ? '' : ', of those that can be read'}.`
    yield { type: 'finding', kind: 'orphan', severity: 'warning', blob, message }
  }
}
