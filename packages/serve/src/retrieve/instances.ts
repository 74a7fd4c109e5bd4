import { type Bytes, GantryError } from '@gantry/core'
import { close } from '@gantry/core/driver'
import { askedRange } from '@gantry/http/server'

import { begunAhead } from '../begun-ahead.ts'
import { refOf, type Stored, type Target } from '../catalog/catalog.ts'
import { acceptedBy, holds, holdsPart, type MediaRange } from '../http/accept.ts'
import { conditional } from '../http/conditional.ts'
import type { Answer, Ask } from '../http/exchange.ts'
import { indexWarnings, warningHeader } from '../http/index-warning.ts'
import { notAcceptable } from '../http/refusal.ts'
import type { ServerParts } from '../parts.ts'
import { etagOf } from './etag.ts'
import { closePart, multipartBody, multipartEnd, multipartType, newBoundary, type Part, partHead } from './multipart.ts'
import { primed } from './primed.ts'
import { again, instancesOf, type InstanceTarget, notThere, withInstance } from './target.ts'

const dicom = 'application/dicom'
/** Of a store that is quick: what was just read is then still in the processor's cache when it is sent. */
const fewAhead = 3

/** WADO-RS of a study or series: all of its instances, as they are stored. */
export async function retrieveAll(ask: Ask, parts: ServerParts, target: Target): Promise<Answer> {
  const warnings = indexWarnings(parts)
  const summary = await parts.catalog.summary(target)
  if (summary.instances === 0) throw notThere(parts)
  const offer = `multipart/related; type="application/dicom", in transfer syntax ${summary.syntaxes.join(', ')}`
  if (!acceptedBy(ask).some((range) => isMultipart(range, summary.syntaxes))) throw notAcceptable(offer)
  const { size, newest, last, instances } = summary
  // What may be a part is not to be kept by anybody for the whole.
  const etag = warnings.length > 0 ? undefined : `W/"${instances}-${size ?? 'x'}-${last}-${newest}"`
  const unchanged = conditional(ask, etag)
  if (unchanged !== undefined) return unchanged
  const boundary = newBoundary()
  const length = lengthOf(summary, boundary)
  const headers = {
    'Content-Type': multipartType(dicom, boundary),
    ...(length !== undefined && { 'Content-Length': String(length) }),
    ...(etag !== undefined && { ETag: etag }),
    ...warningHeader(warnings),
  }
  if (ask.method === 'HEAD') return { status: 200, headers }
  const opened = await again(parts, async () => await primed(partsOf(ask, parts, target), closePart))
  return { status: 200, headers, body: multipartBody(opened, boundary) }
}

/** WADO-RS of one instance: in one part, or as a file by itself, which takes ranges. */
export async function retrieveInstance(ask: Ask, parts: ServerParts, target: InstanceTarget): Promise<Answer> {
  return await withInstance(parts, target, async (stored) => {
    const { syntax, size } = stored
    const chosen = acceptedBy(ask).find((range) => isMultipart(range, [syntax]) || isSingle(range, syntax))
    if (chosen === undefined) {
      throw notAcceptable(`application/dicom, also in multipart/related, in transfer syntax ${syntax}`)
    }
    const etag = etagOf(stored)
    const unchanged = conditional(ask, etag)
    if (unchanged !== undefined) return unchanged
    const tagged = { ...(etag !== undefined && { ETag: etag }) }
    if (isSingle(chosen, syntax) && chosen.type !== '*/*') return await singlePart(ask, parts, stored, tagged)
    const boundary = newBoundary()
    const part = partHeaders(stored)
    const around = partHead(part, boundary, true).length + multipartEnd(boundary).length
    const headers = {
      'Content-Type': multipartType(dicom, boundary),
      ...(size !== null && { 'Content-Length': String(size + around) }),
      ...tagged,
    }
    if (ask.method === 'HEAD') return { status: 200, headers }
    const body = await openInstance(ask, parts, stored)
    return { status: 200, headers, body: multipartBody(one({ headers: part, body }), boundary) }
  })
}

async function singlePart(
  ask: Ask,
  parts: ServerParts,
  stored: Stored,
  tagged: { readonly ETag?: string },
): Promise<Answer> {
  const { size, syntax } = stored
  const range = size === null ? undefined : askedRange(ask.header, size, tagged.ETag)
  const { start, end } = range ?? { start: 0, end: size ?? undefined }
  const headers = {
    'Content-Type': `${dicom}; transfer-syntax=${syntax}`,
    ...(end !== undefined && { 'Content-Length': String(end - start) }),
    ...(range !== undefined && { 'Content-Range': `bytes ${range.start}-${range.end - 1}/${size}` }),
    'Accept-Ranges': 'bytes',
    ...tagged,
  }
  const status = range === undefined ? 200 : 206
  if (ask.method === 'HEAD') return { status, headers }
  return { status, headers, body: await openInstance(ask, parts, stored, range) }
}

/** Opens a file, or a range of it, of the version and size that the index knows. */
export async function openInstance(
  { signal }: Pick<Ask, 'signal'>,
  { store }: Pick<ServerParts, 'store'>,
  stored: Stored,
  range?: { readonly start: number; readonly end: number },
): Promise<Bytes> {
  const { entry, body } = await store.read(refOf(stored), range, { signal })
  if (stored.size === null || entry.size === stored.size) return body
  await close(body)
  throw new GantryError('precondition_failed', 'The file changed since it was listed.', {
    store: store.scheme,
    path: stored.path,
  })
}

async function* partsOf(ask: Ask, parts: ServerParts, target: Target): AsyncGenerator<Part, void, undefined> {
  const open = async (stored: Stored): Promise<Part> => ({
    headers: partHeaders(stored),
    body: await openInstance(ask, parts, stored),
  })
  const { readAhead } = parts.limits
  const width = { first: Math.min(fewAhead, readAhead), most: readAhead }
  yield* begunAhead(instancesOf(parts, target), width, open, closePart)
}

async function* one(part: Part): AsyncGenerator<Part, void, undefined> {
  yield part
}

function partHeaders({ syntax, size }: Pick<Stored, 'syntax' | 'size'>): Record<string, string> {
  return {
    'Content-Type': `${dicom}; transfer-syntax=${syntax}`,
    ...(size !== null && { 'Content-Length': String(size) }),
  }
}

/** Of the whole answer: the bytes of all files, and what stands around each. */
function lengthOf(
  { size, instances, characters }: { size: number | null; instances: number; characters: number },
  boundary: string,
): number | undefined {
  if (size === null) return undefined
  const least = partHead(partHeaders({ syntax: '', size: 0 }), boundary, false).length - 1
  return instances * least - 2 + characters + size + multipartEnd(boundary).length
}

function isMultipart(range: MediaRange, syntaxes: readonly string[]): boolean {
  return holds(range, 'multipart/related') && holdsPart(range, dicom) && isSyntax(range, syntaxes)
}

function isSingle(range: MediaRange, syntax: string): boolean {
  return holds(range, dicom) && isSyntax(range, [syntax])
}

/** `*` and nothing stand for whatever it is in: nothing is transcoded here. */
function isSyntax({ parameters }: MediaRange, syntaxes: readonly string[]): boolean {
  const wanted = parameters['transfer-syntax']
  return wanted === undefined || wanted === '*' || syntaxes.every((syntax) => syntax === wanted)
}
