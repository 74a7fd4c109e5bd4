import { type DicomHeader, entrySource, type HeaderSource, readHeader, readTrailing } from '@gantry/dicom'

import { begunAhead } from '../begun-ahead.ts'
import type { Stored, Target } from '../catalog/catalog.ts'
import { acceptedBy, holds } from '../http/accept.ts'
import { conditional } from '../http/conditional.ts'
import type { Answer, Ask } from '../http/exchange.ts'
import { indexWarnings, warningHeader } from '../http/index-warning.ts'
import { notAcceptable } from '../http/refusal.ts'
import type { ServerParts } from '../parts.ts'
import { etagOf } from './etag.ts'
import { primed } from './primed.ts'
import { headerText, listBody, listLength } from './header-text.ts'
import { again, instancesOf, type InstanceTarget, notThere, withInstance } from './target.ts'

type Read = Pick<Stored, 'path' | 'size' | 'version' | 'modified' | 'study' | 'series' | 'uid' | 'syntax'>

/** Bytes of headers whose metadata are made or wait to be sent, of one request: but for the first, no more are begun. */
const mostHeld = 2 ** 25

/** WADO-RS metadata of a study or series: instance by instance, as the headers are read. */
export async function metadataOfAll(ask: Ask, parts: ServerParts, target: Target): Promise<Answer> {
  const type = jsonType(ask)
  const warnings = indexWarnings(parts)
  const { instances, size, last, newest } = await parts.catalog.summary(target)
  if (instances === 0) throw notThere(parts)
  const etag = warnings.length > 0 ? undefined : `W/"m${instances}-${size ?? 'x'}-${last}-${newest}"`
  const unchanged = conditional(ask, etag)
  if (unchanged !== undefined) return unchanged
  const headers = { 'Content-Type': type, ...(etag !== undefined && { ETag: etag }), ...warningHeader(warnings) }
  if (ask.method === 'HEAD') return { status: 200, headers }
  let held = 0
  const read = async (stored: Stored) => {
    const header = await readWholeHeader(stored, ask, parts)
    held += header.end
    return await headerText(header, stored, ask)
  }
  const most = parts.limits.headers
  // How long headers are is known once they are read: not many are begun before that.
  const width = { first: Math.min(4, most), most, isFull: () => held >= mostHeld }
  const begin = () => begunAhead(instancesOf(parts, target), width, read, () => {})
  const texts = await again(parts, async () => await primed(begin()))
  const body = listBody(texts, ({ headerBytes }) => {
    held -= headerBytes
  })
  return { status: 200, headers, body }
}

export async function metadataOfInstance(ask: Ask, parts: ServerParts, target: InstanceTarget): Promise<Answer> {
  const type = jsonType(ask)
  return await withInstance(parts, target, async (stored) => {
    const etag = etagOf(stored, '-m')
    const unchanged = conditional(ask, etag)
    if (unchanged !== undefined) return unchanged
    const texts = [await headerText(await readWholeHeader(stored, ask, parts), stored, ask)]
    const tagged = { ...(etag !== undefined && { ETag: etag }) }
    const headers = { 'Content-Type': type, 'Content-Length': String(listLength(texts)), ...tagged }
    return { status: 200, headers, body: listBody(texts) }
  })
}

/** The header of an instance. A file that is cut off within its pixel data has one all the same. */
export async function readStoredHeader(
  stored: Read,
  ask: Pick<Ask, 'signal'>,
  parts: Pick<ServerParts, 'store'>,
): Promise<DicomHeader> {
  return await readHeader(storedSource(stored, ask, parts), { checkPixelData: false })
}

/** The same with what stands behind the pixel data. */
export async function readWholeHeader(
  stored: Read,
  ask: Pick<Ask, 'signal'>,
  parts: Pick<ServerParts, 'store'>,
): Promise<DicomHeader> {
  const header = await readStoredHeader(stored, ask, parts)
  const trailing = await readTrailing(storedSource(stored, ask, parts), header, { signal: ask.signal })
  return { ...header, elements: [...header.elements, ...trailing] }
}

/** The bytes of an instance, of the version that the index knows. */
export function storedSource(
  { path, size, version }: Pick<Stored, 'path' | 'size' | 'version'>,
  { signal }: Pick<Ask, 'signal'>,
  { store }: Pick<ServerParts, 'store'>,
): HeaderSource {
  const entry = { path, ...(size !== null && { size }), ...(version !== null && { version }) }
  return entrySource(store, entry, { signal })
}

function jsonType(ask: Ask): string {
  const types = ['application/dicom+json', 'application/json']
  for (const range of acceptedBy(ask)) {
    const type = types.find((one) => holds(range, one))
    if (type !== undefined) return type
  }
  throw notAcceptable('application/dicom+json')
}
