import { type Bytes, isGantryError, Refusal } from '@gantry/core'
import { type FrameLocation, type FrameRanges, frameRanges } from '@gantry/dicom'
import { askedRange } from '@gantry/http/server'

import { begunAhead } from '../begun-ahead.ts'
import type { Stored } from '../catalog/catalog.ts'
import { acceptedBy, holds, type MediaRange } from '../http/accept.ts'
import { conditional } from '../http/conditional.ts'
import type { Answer, Ask } from '../http/exchange.ts'
import { notAcceptable } from '../http/refusal.ts'
import { inflatedEnd } from '../inflated-end.ts'
import type { ServerParts } from '../parts.ts'
import { etagOf } from './etag.ts'
import { frameMediaType, octetStream } from './frame-media-type.ts'
import { openInstance } from './instances.ts'
import { readStoredHeader, storedSource } from './metadata.ts'
import { closePart, multipartBody, multipartEnd, multipartType, newBoundary, type Part, partHead } from './multipart.ts'
import { pixelWidth, sliced, swapped } from './octets.ts'
import { primed } from './primed.ts'
import { refuseInflated } from './refuse-inflated.ts'
import { type InstanceTarget, withInstance } from './target.ts'

/** As many as one URL may name. */
const mostFrames = 10_000

/** `1,2,3` of a URL: counted from 1. */
export function frameNumbers(list: string): readonly number[] {
  if (!/^\d{1,9}(?:,\d{1,9})*$/u.test(list)) {
    throw new Refusal('invalid', 'Frames are named by their numbers, counted from 1: /frames/1,2,3.')
  }
  const numbers = list.split(',').map(Number)
  if (numbers.includes(0)) throw new Refusal('invalid', 'Frames are counted from 1.')
  if (numbers.length > mostFrames) throw new Refusal('invalid', 'These are too many frames for one request.')
  return numbers
}

/** WADO-RS frames, as they are stored: native ones in little endian, others in their own media type. */
export async function retrieveFrames(
  ask: Ask,
  parts: ServerParts,
  target: InstanceTarget,
  numbers: readonly number[],
): Promise<Answer> {
  return await withInstance(parts, target, async (stored) => {
    const frames = await framesOf(ask, parts, stored, false)
    return await answer(ask, parts, stored, frames, numbers, (number) => `frames/${number}`)
  })
}

/** Every frame of an instance, where its pixel data as a whole are asked for; of a film, the stream. */
export async function allFrames(ask: Ask, parts: ServerParts, stored: Stored): Promise<Answer> {
  const isFilm = frameMediaType(stored.syntax).startsWith('video/')
  const frames = await framesOf(ask, parts, stored, isFilm)
  const numbers = Array.from({ length: Math.min(frames.numberOfFrames, mostFrames) }, (_, index) => index + 1)
  const resource = (number: number) => (isFilm ? 'bulkdata/7FE00010' : `frames/${number}`)
  return await answer(ask, parts, stored, frames, numbers, resource)
}

async function framesOf(ask: Ask, parts: ServerParts, stored: Stored, asStream: boolean): Promise<FrameRanges> {
  const header = await readStoredHeader(stored, ask, parts)
  refuseInflated(inflatedEnd(header), parts)
  return await frameRanges(storedSource(stored, ask, parts), { header, asStream, signal: ask.signal })
}

async function answer(
  ask: Ask,
  parts: ServerParts,
  stored: Stored,
  frames: FrameRanges,
  numbers: readonly number[],
  /** Where each is had alone. */
  resource: (number: number) => string,
): Promise<Answer> {
  const type = frames.encapsulated ? frameMediaType(stored.syntax) : octetStream
  const chosen = acceptedBy(ask).find(
    (range) => isMultipart(range, type, frames) || (numbers.length === 1 && isSingle(range, type, frames)),
  )
  if (chosen === undefined) {
    throw notAcceptable(`multipart/related; type="${type}", in transfer syntax ${syntaxOf(frames)}`)
  }
  const etag = etagOf(stored, `-f${numbers.length === 1 ? numbers[0] : numbers.join('.').slice(0, 100)}`)
  const unchanged = conditional(ask, etag)
  if (unchanged !== undefined) return unchanged
  const tagged = { ...(etag !== undefined && { ETag: etag }) }
  const located: Located[] = []
  for (const number of numbers) located.push({ number, location: await locate(frames, number) })
  const [only] = located
  if (only !== undefined && located.length === 1 && chosen.type !== '*/*' && isSingle(chosen, type, frames)) {
    return await singleFrame(ask, parts, { stored, frames, type, tagged }, only)
  }
  const boundary = newBoundary()
  const heads = located.map(({ number, location }) => ({
    'Content-Type': withSyntax(type, frames),
    'Content-Length': String(location.length),
    'Content-Location': `${ask.root}/studies/${stored.study}/series/${stored.series}/instances/${stored.uid}/${resource(number)}`,
  }))
  const around = heads.reduce((sum, head, index) => sum + partHead(head, boundary, index === 0).length, 0)
  const bytes = located.reduce((sum, { location }) => sum + location.length, 0)
  const headers = {
    'Content-Type': multipartType(type, boundary),
    'Content-Length': String(around + bytes + multipartEnd(boundary).length),
    ...tagged,
  }
  if (ask.method === 'HEAD') return { status: 200, headers }
  const open = async ({ number, location }: Located, index: number): Promise<Part> => ({
    headers: heads[index] as Record<string, string>,
    body: await openFrame(ask, parts, { stored, frames }, { number, location }, 0, location.length),
  })
  const width = { first: 4, most: 4 }
  const opened = begunAhead(located.entries(), width, async ([index, one]) => await open(one, index), closePart)
  return { status: 200, headers, body: multipartBody(await primed(opened, closePart), boundary) }
}

interface Located {
  readonly number: number
  readonly location: FrameLocation
}

interface Shown {
  readonly stored: Stored
  readonly frames: FrameRanges
  readonly type: string
  readonly tagged: { readonly ETag?: string }
}

async function singleFrame(ask: Ask, parts: ServerParts, shown: Shown, located: Located): Promise<Answer> {
  const { length } = located.location
  const range = askedRange(ask.header, length, shown.tagged.ETag)
  const { start, end } = range ?? { start: 0, end: length }
  const headers = {
    'Content-Type': withSyntax(shown.type, shown.frames),
    'Content-Length': String(end - start),
    'Accept-Ranges': 'bytes',
    ...(range !== undefined && { 'Content-Range': `bytes ${start}-${end - 1}/${length}` }),
    ...shown.tagged,
  }
  const status = range === undefined ? 200 : 206
  if (ask.method === 'HEAD') return { status, headers }
  return { status, headers, body: await openFrame(ask, parts, shown, located, start, end) }
}

/** Bytes of a frame: straight from the store where they lie there in one piece. */
async function openFrame(
  ask: Ask,
  parts: ServerParts,
  { stored, frames }: Pick<Shown, 'stored' | 'frames'>,
  { number, location }: Located,
  start: number,
  end: number,
): Promise<Bytes> {
  const [only, ...others] = location.ranges
  const width = frames.encapsulated || location.inWords ? 1 : pixelWidth(frames.header)
  const inOnePiece = only !== undefined && others.length === 0 && location.skippedBits === 0 && !location.inWords
  if (inOnePiece && !frames.inflated && width === 1) {
    return await openInstance(ask, parts, stored, { start: only.start + start, end: only.start + end })
  }
  const whole = frames.read(number)
  return sliced(width === 1 ? whole : swapped(whole, width), start, end)
}

async function locate(frames: FrameRanges, number: number): Promise<FrameLocation> {
  try {
    return await frames.locate(number)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found' || error.store !== undefined) throw error
    throw new Refusal('not_found', error.message, { cause: error })
  }
}

/** Native frames are given in little endian, whatever they are stored in. */
function syntaxOf({ encapsulated, transferSyntaxUID }: FrameRanges): string {
  return encapsulated ? transferSyntaxUID : '1.2.840.10008.1.2.1'
}

function withSyntax(type: string, frames: FrameRanges): string {
  return `${type}; transfer-syntax=${syntaxOf(frames)}`
}

function isMultipart(range: MediaRange, type: string, frames: FrameRanges): boolean {
  const { type: wanted = '*/*' } = range.parameters
  return holds(range, 'multipart/related') && isWanted(wanted.toLowerCase(), range, type, frames)
}

function isSingle(range: MediaRange, type: string, frames: FrameRanges): boolean {
  if (range.type.startsWith('multipart/')) return false
  return isWanted(range.type, range, type, frames)
}

/**
 * Whether a frame will do as it is stored. Octets in any transfer syntax (`transfer-syntax=*`) are compressed frames too:
 * viewers ask like that for whatever there is.
 */
function isWanted(wanted: string, { parameters }: MediaRange, type: string, frames: FrameRanges): boolean {
  // A type parameter may itself have parameters.
  const [name = '', ...more] = wanted.split(';').map((piece) => piece.trim())
  const within = more.find((piece) => piece.startsWith('transfer-syntax='))?.slice('transfer-syntax='.length)
  const syntax = parameters['transfer-syntax'] ?? within
  if (syntax !== undefined && syntax !== '*' && syntax !== syntaxOf(frames) && syntax !== frames.transferSyntaxUID) {
    return false
  }
  return holds({ type: name, parameters: {} }, type) || (name === octetStream && syntax === '*')
}
