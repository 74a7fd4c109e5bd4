import { type Bytes, bytesOf, collect, type NewEntry } from '@gantry/core/driver'

import { zipped } from '../bytes/gzip.ts'
import type { Cod } from '../cod-parts.ts'
import type { LongText } from './document-text.ts'

/** A document as an object holds it: metadata, and the lock, which is a copy of them and read by the same programs. */
export async function storedText(
  { settings }: Cod,
  text: LongText,
): Promise<Required<Pick<NewEntry, 'size' | 'contentType'>> & Pick<NewEntry, 'contentEncoding'> & { body: Bytes }> {
  const contentType = 'application/json'
  if (!settings.gzipMetadata) return { size: text.size, contentType, body: text.pieces() }
  // How long it is when it is compressed has to be known before it is sent.
  const bytes = await collect(zipped(text.pieces()), Number.MAX_SAFE_INTEGER)
  // The Python program and browsers do not look at the bytes.
  return { size: bytes.length, contentType, contentEncoding: 'gzip', body: bytesOf(bytes) }
}
