import { type Bytes, isGantryError } from '@gantry/core'
import { bulkDataRange, readBulkData } from '@gantry/dicom'
import { askedRange } from '@gantry/http/server'

import type { Stored } from '../catalog/catalog.ts'
import { acceptedBy, holds, holdsPart } from '../http/accept.ts'
import { conditional } from '../http/conditional.ts'
import type { Answer, Ask } from '../http/exchange.ts'
import { notAcceptable } from '../http/refusal.ts'
import type { ServerParts } from '../parts.ts'
import { etagOf } from './etag.ts'
import { octetStream } from './frame-media-type.ts'
import { allFrames } from './frames.ts'
import { openInstance } from './instances.ts'
import { readStoredHeader, readWholeHeader, storedSource } from './metadata.ts'
import { multipartBody, multipartEnd, multipartType, newBoundary, partHead } from './multipart.ts'
import { pixelWidth, sliced, swapped, widthOf } from './octets.ts'
import { refuseInflated } from './refuse-inflated.ts'
import { type InstanceTarget, withInstance } from './target.ts'

/** The pixel data that may be encapsulated. */
const encapsulated = 0x7fe00010

/** A value by itself, in little endian; encapsulated pixel data, frame by frame. */
export async function bulkData(ask: Ask, parts: ServerParts, target: InstanceTarget, path: string): Promise<Answer> {
  return await withInstance(parts, target, async (stored) => {
    try {
      return await valueAt(ask, parts, stored, path)
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'unsupported' || error.store !== undefined) throw error
      if (path.includes('/') || Number.parseInt(path, 16) !== encapsulated) throw error
      return await allFrames(ask, parts, stored)
    }
  })
}

async function valueAt(ask: Ask, parts: ServerParts, stored: Stored, path: string): Promise<Answer> {
  const read = Number.parseInt(path, 16) > encapsulated ? readWholeHeader : readStoredHeader
  const header = await read(stored, ask, parts)
  const source = storedSource(stored, ask, parts)
  const { signal } = ask
  const { vr, start, end, inflated } = await bulkDataRange(source, path, { header, signal })
  if (inflated) refuseInflated(end, parts)
  const size = end - start
  const chosen = acceptedBy(ask).find((range) => isMultipart(range) || holds(range, octetStream))
  if (chosen === undefined) throw notAcceptable(`${octetStream}, also in multipart/related`)
  const etag = etagOf(stored, `-${path.replaceAll('/', '.')}`)
  const unchanged = conditional(ask, etag)
  if (unchanged !== undefined) return unchanged
  const isPixels = Number.parseInt(path, 16) === header.pixelData?.tag && !path.includes('/')
  const width = isPixels ? pixelWidth(header) : header.encoding.bigEndian ? widthOf(vr) : 1
  const open = async (from: number, to: number): Promise<Bytes> => {
    if (!inflated && width === 1) {
      return await openInstance(ask, parts, stored, { start: start + from, end: start + to })
    }
    const whole = readBulkData(source, path, { header, signal })
    return sliced(width === 1 ? whole : swapped(whole, width), from, to)
  }
  const tagged = { ...(etag !== undefined && { ETag: etag }) }
  const one = { 'Content-Type': octetStream, 'Content-Length': String(size) }
  if (chosen.type !== '*/*' && isMultipart(chosen)) {
    const boundary = newBoundary()
    const length = size + partHead(one, boundary, true).length + multipartEnd(boundary).length
    const headers = {
      'Content-Type': multipartType(octetStream, boundary),
      'Content-Length': String(length),
      ...tagged,
    }
    if (ask.method === 'HEAD') return { status: 200, headers }
    const body = await open(0, size)
    const part = async function* () {
      yield { headers: one, body }
    }
    return { status: 200, headers, body: multipartBody(part(), boundary) }
  }
  const range = askedRange(ask.header, size, etag)
  const { start: from, end: to } = range ?? { start: 0, end: size }
  const headers = {
    'Content-Type': octetStream,
    'Content-Length': String(to - from),
    'Accept-Ranges': 'bytes',
    ...(range !== undefined && { 'Content-Range': `bytes ${from}-${to - 1}/${size}` }),
    ...tagged,
  }
  const status = range === undefined ? 200 : 206
  return ask.method === 'HEAD' ? { status, headers } : { status, headers, body: await open(from, to) }
}

function isMultipart(range: Parameters<typeof holds>[0]): boolean {
  return holds(range, 'multipart/related') && holdsPart(range, octetStream)
}
