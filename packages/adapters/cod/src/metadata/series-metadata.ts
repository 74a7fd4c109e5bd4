import { GantryError } from '@gantry/core/driver'
import { isRecord } from './data-set-of.ts'
import { type Instance, parseInstance } from './instance.ts'
import { parseLeniently } from './not-numbers.ts'

/** All of a `metadata.json`. */
export interface SeriesMetadata {
  /** UIDs and keys are hashed: the names of the folders are not those that the files say. */
  readonly hashed: boolean
  /** In the order of their keys. */
  readonly instances: ReadonlyMap<string, Instance>
  /** Keys of records that lack what it takes to find their bytes. */
  readonly broken: readonly string[]
}

/** A `metadata.json` as it was parsed: what it holds besides is kept by whoever writes it again. */
export interface MetadataDocument {
  readonly [field: string]: unknown
  readonly cod: { readonly [field: string]: unknown; readonly instances: Readonly<Record<string, unknown>> }
}

/** `integrity` for what is no metadata of a series: it is half-written, or something else. */
function checkDocument(parsed: unknown): MetadataDocument {
  // By hand: zod leaves out a record with the key `__proto__`, which would be missing in silence.
  if (isRecord(parsed) && isRecord(parsed['cod']) && isRecord(parsed['cod']['instances'])) {
    return parsed as MetadataDocument
  }
  throw malformedMetadata()
}

export function parseSeriesMetadata(bytes: Uint8Array): SeriesMetadata {
  return readDocument(parseDocument(bytes, JSON.parse))
}

/** As readers see it: in a document that is to be written again, a number may be an object that keeps how it was written. */
export function metadataOf(document: MetadataDocument): SeriesMetadata {
  return readDocument(JSON.parse(JSON.stringify(document)) as MetadataDocument)
}

/** `parse` is `JSON.parse`, or one that keeps numbers as they were written. */
export function parseDocument(bytes: Uint8Array, parse: (text: string) => unknown): MetadataDocument {
  let parsed: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    parsed = parseLeniently(text, parse)
  } catch {
    // Without its cause: what could not be read may name a patient, and the parser quotes it.
    throw malformedMetadata()
  }
  return checkDocument(parsed)
}

function readDocument(document: MetadataDocument): SeriesMetadata {
  const instances = new Map<string, Instance>()
  const broken: string[] = []
  for (const key of Object.keys(document.cod.instances).sort()) {
    const instance = parseInstance(key, document.cod.instances[key])
    if (instance === undefined) broken.push(key)
    else instances.set(key, instance)
  }
  return { hashed: isHashed(document), instances, broken }
}

export function isHashed(document: MetadataDocument): boolean {
  return 'deid_study_uid' in document || 'deid_series_uid' in document
}

/** Not retryable: the same bytes will fail again. */
function malformedMetadata(): GantryError {
  return new GantryError('integrity', 'The metadata.json of the series is damaged, or only half written.', {
    retryable: false,
  })
}
