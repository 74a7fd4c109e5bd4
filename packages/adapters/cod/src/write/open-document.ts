import { bytesOf, type Call, GantryError, isGantryError } from '@gantry/core/driver'

import { KeptText } from '../bytes/kept-text.ts'
import type { Cod } from '../cod-parts.ts'
import { type MetadataDocument, readMetadata, type SeriesMetadata } from '../metadata/series-metadata.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'

export interface OpenDocument {
  readonly document: MetadataDocument
  /** The same, as readers see it. */
  readonly series: SeriesMetadata
  /** Of the object that it was read from; `undefined` where there is none yet. */
  readonly version: string | undefined
  readonly isNew: boolean
}

/** The metadata of a series as they are to be added to. */
export async function openDocument(cod: Cod, name: SeriesName, call: Call): Promise<OpenDocument> {
  const { store, settings } = cod
  try {
    const { entry, body } = await store.read(pathsOf(name).metadata, undefined, call)
    const document = { fields: new Map(), ofCod: new Map(), records: new Map() }
    const series = await readMetadata(body, settings.maxMetadataBytes, async ({ of, name: field, bytes }) => {
      document[of].set(field, await KeptText.of(bytesOf(bytes)))
    })
    if (series.hashed && settings.hashUid === undefined) {
      throw hashedNames()
    }
    return { document, series, version: entry.version, isNew: false }
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    return { ...newDocument(name, settings.hashUid !== undefined), version: undefined, isNew: true }
  }
}

/** Metadata of no instances. */
export function newDocument({ study, series }: SeriesName, hashed: boolean): Pick<OpenDocument, 'document' | 'series'> {
  const uids = hashed ? { deid_study_uid: study, deid_series_uid: series } : { study_uid: study, series_uid: series }
  const fields = Object.entries(uids).map(([name, uid]) => [name, KeptText.ofShort(JSON.stringify(uid))] as const)
  return {
    document: { fields: new Map(fields), ofCod: new Map(), records: new Map() },
    series: { hashed, instances: new Map(), broken: [] },
  }
}

export function hashedNames(): GantryError {
  return new GantryError('unsupported', 'The names of this store are hashed: to add to it, give "hashUid".')
}
