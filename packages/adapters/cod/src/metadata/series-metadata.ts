import { type Bytes, GantryError } from '@gantry/core/driver'

import { beginningOf } from '../bytes/beginning-of.ts'
import { unzipped } from '../bytes/gzip.ts'
import type { KeptText } from '../bytes/kept-text.ts'
import { cutJson } from './cut-json.ts'
import { type Instance, parseInstance } from './instance.ts'
import { parseText } from './parse-in-turns.ts'
import { parseRecord } from './parse-record.ts'

/** All of a `metadata.json`, as readers see it. */
export interface SeriesMetadata {
  /** UIDs and keys are hashed: the names of the folders are not those that the files say. */
  readonly hashed: boolean
  /** In the order of their keys. */
  readonly instances: ReadonlyMap<string, Instance>
  /** Keys of records that lack what it takes to find their bytes. */
  readonly broken: readonly string[]
}

/** A `metadata.json` as it is to be written again: everything in it is text that stays as it was. */
export interface MetadataDocument {
  /** All but `cod`. */
  readonly fields: ReadonlyMap<string, KeptText>
  /** Of `cod`, all but its instances. */
  readonly ofCod: ReadonlyMap<string, KeptText>
  /** By key, in the order in which they stand there. */
  readonly records: ReadonlyMap<string, KeptText>
}

/** A piece of the document; its bytes are lent. */
export interface DocumentPiece {
  readonly of: keyof MetadataDocument
  readonly name: string
  readonly bytes: Uint8Array
}

/** Text of so many bytes is read at once, in half the time: its objects are little to hold. */
const shortText = 4 * 1024 * 1024

/** With the bytes of text that it stands for. */
type Read = SeriesMetadata & { readonly held: number }

/**
 * Reads a `metadata.json`, a long one record by record: none but the last is there as a whole. `keep` is handed each piece, and
 * awaited. `integrity` for what is no metadata of a series: it is half-written, or something else.
 */
export async function readMetadata(
  body: Bytes,
  limit: number,
  keep?: (piece: DocumentPiece) => Promise<void>,
): Promise<Read> {
  const text = unzipped(body, limit)
  if (keep !== undefined) return await readInPieces(text, keep)
  const { bytes, rest } = await beginningOf(text, shortText)
  return rest === undefined ? readWhole(bytes) : await readInPieces(rest)
}

function readWhole(bytes: Uint8Array): Read {
  const document = parsed(bytes)
  const { cod } = recordOf(document)
  const instances = new Map<string, Instance>()
  const broken: string[] = []
  for (const [name, record] of Object.entries(recordOf(recordOf(cod)['instances'])).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    const instance = parseInstance(name, record)
    if (instance === undefined) broken.push(name)
    else instances.set(name, instance)
  }
  const { deid_study_uid: study, deid_series_uid: oneSeries } = recordOf(document)
  return { hashed: study !== undefined || oneSeries !== undefined, instances, broken, held: bytes.length }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return parseText(bytes)
  } catch (error) {
    // Without its cause: what could not be read may name a patient, and the parser quotes it.
    if (error instanceof SyntaxError) throw malformedMetadata()
    throw error
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformedMetadata()
  return value as Readonly<Record<string, unknown>>
}

async function readInPieces(
  text: AsyncIterable<Uint8Array>,
  keep?: (piece: DocumentPiece) => Promise<void>,
): Promise<Read> {
  const instances = new Map<string, Instance>()
  const broken = new Set<string>()
  let hashed = false
  let held = 0
  let found = false
  try {
    for await (const { path, bytes } of cutJson(text, isGoneInto)) {
      found ||= bytes === undefined && path.length === 2
      if (bytes === undefined) continue
      const piece = { ...placeOf(path), bytes }
      const { name } = piece
      await keep?.(piece)
      hashed ||= piece.of === 'fields' && (name === 'deid_study_uid' || name === 'deid_series_uid')
      if (piece.of !== 'records') {
        parseText(bytes)
        continue
      }
      const instance = await parseRecord(name, bytes)
      instances.delete(name)
      broken.delete(name)
      if (instance === undefined) broken.add(name)
      else instances.set(name, instance)
      held += instance?.long?.text.held ?? bytes.length
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw malformedMetadata()
    throw error
  }
  if (!found) throw malformedMetadata()
  const inOrder = [...instances].sort(([a], [b]) => (a < b ? -1 : 1))
  return { hashed, instances: new Map(inOrder), broken: [...broken].sort(), held }
}

function isGoneInto(path: readonly string[], named: boolean): boolean {
  const [first, second] = path
  if (!named || path.length > 2 || (path.length > 0 && first !== 'cod')) return false
  return path.length < 2 || second === 'instances'
}

function placeOf(path: readonly string[]): Pick<DocumentPiece, 'of' | 'name'> {
  const [first, second, third] = path
  if (third !== undefined) return { of: 'records', name: third }
  // Where these are no objects, it is something else.
  if (second !== undefined && second !== 'instances') return { of: 'ofCod', name: second }
  if (second === undefined && first !== undefined && first !== 'cod') return { of: 'fields', name: first }
  throw malformedMetadata()
}

/** Not retryable: the same bytes will fail again. */
function malformedMetadata(): GantryError {
  return new GantryError('integrity', 'The metadata.json of the series is damaged, or only half written.', {
    retryable: false,
  })
}
