import { bytesOf, type Call, collect, GantryError } from '@gantry/core/driver'

import { zipped } from '../bytes/gzip.ts'
import type { KeptText } from '../bytes/kept-text.ts'
import type { Cod } from '../cod-parts.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { buildIndex } from '../tar/build-index.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { documentText } from './document-text.ts'
import type { OpenDocument } from './open-document.ts'

/** What a write may replace: nothing, or this version; where the store can hold to that. */
export function conditionsOf(cod: Cod, version: string | undefined): { ifAbsent?: true; ifVersion?: string } {
  if (!cod.store.abilities.conditional) return {}
  return version === undefined ? { ifAbsent: true } : { ifVersion: version }
}

/** The index comes before the metadata: whoever sees the new metadata finds all that they tell of. */
export async function publishIndex(
  cod: Cod,
  name: SeriesName,
  rows: readonly TarRow[],
  tarSize: number,
  call: Call,
): Promise<void> {
  const bytes = buildIndex(rows, tarSize)
  const entry = { path: pathsOf(name).index, size: bytes.length, contentType: 'application/vnd.sqlite3' }
  await cod.store.write(entry, bytesOf(bytes), call)
}

/** `invalid` for metadata that nobody who has the same options could read. */
export function checkReadable({ settings }: Cod, size: number): void {
  if (size <= settings.maxMetadataBytes) return
  throw new GantryError(
    'invalid',
    `The metadata of the series would be ${size} bytes long, and could not be read: give a larger "maxMetadataBytes".`,
  )
}

/** Over the version that the document was read from, and no other; with some instances more. */
export async function publishMetadata(
  cod: Cod,
  name: SeriesName,
  { document, version: replaces }: Pick<OpenDocument, 'document' | 'version'>,
  call: Call,
  more?: ReadonlyMap<string, KeptText>,
): Promise<void> {
  const text = documentText(document, more)
  checkReadable(cod, text.size)
  const { gzipMetadata } = cod.settings
  // How long it is when it is compressed has to be known before it is sent.
  const bytes = gzipMetadata ? await collect(zipped(text.pieces()), Number.MAX_SAFE_INTEGER) : undefined
  const { metadata: path } = pathsOf(name)
  const entry = {
    path,
    size: bytes?.length ?? text.size,
    contentType: 'application/json',
    // The Python program and browsers do not look at the bytes.
    ...(gzipMetadata && { contentEncoding: 'gzip' }),
    ...conditionsOf(cod, replaces),
  }
  await cod.store.write(entry, bytes === undefined ? text.pieces() : bytesOf(bytes), call)
  cod.cache.forget(name)
}
