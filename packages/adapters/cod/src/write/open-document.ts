import { type Call, collect, GantryError, isGantryError } from '@gantry/core/driver'

import { unzipped } from '../bytes/gzip.ts'
import type { Cod } from '../cod-parts.ts'
import { parseKeepingNumbers } from '../metadata/keep-numbers.ts'
import { isHashed, type MetadataDocument, parseDocument } from '../metadata/series-metadata.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'

export interface OpenDocument {
  readonly document: MetadataDocument
  /** Of the object that it was read from; `undefined` where there is none yet. */
  readonly version: string | undefined
  readonly isNew: boolean
}

/** The metadata of a series as they are to be added to: numbers stay as they were written. */
export async function openDocument(cod: Cod, name: SeriesName, call: Call): Promise<OpenDocument> {
  const { store, settings } = cod
  const { maxMetadataBytes: limit } = settings
  try {
    const { entry, body } = await store.read(pathsOf(name).metadata, undefined, call)
    const bytes = await unzipped(await collect(body, limit), limit)
    const document = parseDocument(bytes, parseKeepingNumbers)
    if (isHashed(document) && settings.hashUid === undefined) {
      throw new GantryError('unsupported', 'The names of this store are hashed: to add to it, give "hashUid".')
    }
    return { document, version: entry.version, isNew: false }
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    return { document: newDocument(name, settings.hashUid !== undefined), version: undefined, isNew: true }
  }
}

export function newDocument({ study, series }: SeriesName, hashed: boolean): MetadataDocument {
  const uids = hashed ? { deid_study_uid: study, deid_series_uid: series } : { study_uid: study, series_uid: series }
  return { ...uids, cod: { instances: {} } }
}
