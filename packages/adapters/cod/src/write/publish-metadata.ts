import { bytesOf, type Call } from '@gantry/core/driver'

import { zipped } from '../bytes/gzip.ts'
import type { Cod } from '../cod-parts.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { buildIndex } from '../tar/build-index.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { documentBytes } from './document-bytes.ts'
import type { OpenDocument } from './open-document.ts'
import type { Recorded } from './recorded.ts'

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

/** Over the version that the document was read from, and no other; with some instances more. */
export async function publishMetadata(
  cod: Cod,
  name: SeriesName,
  { document, version: replaces }: Pick<OpenDocument, 'document' | 'version'>,
  call: Call,
  more: ReadonlyMap<string, Recorded> = new Map(),
): Promise<void> {
  const text = documentBytes(document, more)
  const bytes = cod.settings.gzipMetadata ? await zipped(text) : text
  const { metadata: path } = pathsOf(name)
  const entry = {
    path,
    size: bytes.length,
    contentType: 'application/json',
    // The Python program and browsers do not look at the bytes.
    ...(cod.settings.gzipMetadata && { contentEncoding: 'gzip' }),
    ...conditionsOf(cod, replaces),
  }
  await cod.store.write(entry, bytesOf(bytes), call)
  cod.cache.forget(name)
}
