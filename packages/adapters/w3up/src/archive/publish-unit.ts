import { bytesOf, type Call, GantryError } from '@gantry/core/driver'

import { unitPath } from '../manifest/home.ts'
import type { StudyKey } from '../manifest/keyring.ts'
import type { UnitEntry, UnitRecord } from '../manifest/unit-record.ts'
import { cidOf, codec, parseCid } from '../pack/cid.ts'
import { encodeDagIndex } from '../pack/dag-index.ts'
import type { Archive } from './archive.ts'
import { removeJournal } from './journal.ts'
import { dropEntries, publicationOf } from './remove-units.ts'
import { type SavedFile, unpackSlices } from './saved-study.ts'
import type { UnitUpload } from './unit-upload.ts'

export interface UnitToPublish {
  readonly root: string
  readonly files: ReadonlyMap<string, SavedFile>
  readonly places: ReadonlyMap<string, string>
  readonly key: StudyKey | undefined
  readonly upload: UnitUpload
}

/**
 * Sends the index, tells the service of the DAG, and writes the record, which alone makes the unit seen; then takes its
 * paths out of older units. Each step can be done again.
 */
export async function publishUnit(archive: Archive, unit: UnitToPublish, call: Call): Promise<void> {
  const { upload, key } = unit
  const name = upload.state.unit
  if (archive.catalogue.unit(name) === undefined) await publish(archive, unit, call)
  await archive.catalogue.refresh(call)
  const published = archive.catalogue.unit(name)
  if (published === undefined || (key !== undefined && published.contents === undefined)) {
    throw new GantryError(
      'unavailable',
      'The unit was archived and is not there: it was removed, or its key destroyed.',
    )
  }
  const paths = new Set((published.contents?.entries ?? []).map(({ path }) => path))
  for (const older of archive.catalogue.units) {
    if (older.record.unit !== name && older.record.created <= published.record.created) {
      await dropEntries(archive, older, paths, call)
    }
  }
  await archive.catalogue.refresh(call)
  await removeJournal(archive, name, call)
}

async function publish(archive: Archive, unit: UnitToPublish, call: Call): Promise<void> {
  const { upload, key, files, places, root } = unit
  const { shards } = upload
  const { unit: name, study } = upload.state
  const content = parseCid(root)
  const bytes = encodeDagIndex({
    content,
    shards: new Map(shards.map(({ cid, slices }) => [cid, unpackSlices(slices)])),
  })
  const index = { cid: cidOf(codec.car, bytes), size: bytes.length, kind: 'index' } as const
  await upload.announce([{ ...index, cid: index.cid.toString() }], call)
  if (!(await archive.shards.has(index, call))) await archive.shards.put({ ...index, read: () => bytesOf(bytes) }, call)

  const record: UnitRecord = {
    format: 'gantry-archive-unit',
    version: 1,
    unit: name,
    created: archive.now(),
    root,
    shards: shards.map(({ cid, size, piece }) => ({ cid, size, ...(piece !== undefined && { piece }) })),
    index: { cid: index.cid.toString(), size: index.size },
    ...(key !== undefined && { key: key.name }),
    contents: await archive.catalogue.seal({ study, entries: entriesOf(files, places) }, key),
  }
  await archive.shards.publish?.(publicationOf(record), call)
  await archive.home.writeJson(unitPath(name), record, call)
}

function entriesOf(files: UnitToPublish['files'], places: UnitToPublish['places']): UnitEntry[] {
  return [...files.values()].map((file) => {
    const { total: _, ...entry } = file
    return { ...entry, place: places.get(file.path) ?? '' }
  })
}
