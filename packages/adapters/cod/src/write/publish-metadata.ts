import { bytesOf, type Call, GantryError } from '@gantry/core/driver'

import type { KeptText } from '../bytes/kept-text.ts'
import type { Cod } from '../cod-parts.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { buildIndex } from '../tar/build-index.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { documentText } from './document-text.ts'
import type { OpenDocument } from './open-document.ts'
import { storedText } from './stored-text.ts'

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
  const { body, ...kept } = await storedText(cod, text)
  await cod.store.write({ path: pathsOf(name).metadata, ...kept, ...conditionsOf(cod, replaces) }, body, call)
  cod.cache.forget(name)
}
