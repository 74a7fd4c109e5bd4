import { isGantryError } from '@gantry/core'

import { notDicom } from '../errors.ts'
import { uidOf } from '../values/uid.ts'
import { detectEncoding, headLooksRight } from './detect.ts'
import { ElementCursor } from './element-cursor.ts'
import { type Encoding, explicitLittle, implicitLittle } from './encoding.ts'
import { inflating } from './inflating.ts'
import type { PixelData } from './pixel-data.ts'
import { type CheckPixelData, scanDataSet } from './scan-data-set.ts'
import { scanMeta } from './scan-meta.ts'
import type { Sink, ValueHead } from './sink.ts'
import { tags } from './tag.ts'
import { nativeSyntaxOf, type TransferSyntax, transferSyntaxOf } from './transfer-syntax.ts'
import { isKnownVR } from './value-representation.ts'
import { fetchFromSource, type Scan, Window } from './window.ts'

export interface ScanOptions {
  /** Bytes of the whole file, where known. */
  readonly size: number | undefined
  readonly maxHeaderBytes: number
  readonly firstRead: number
  readonly longestValue: number
  readonly needs?: ((head: ValueHead) => boolean) | undefined
  /** Of encapsulated pixel data, the end is looked for only by `all`, and by `passing`, for which no fragment costs a read. */
  readonly checkPixelData: CheckPixelData
}

export interface Scanned {
  /** 128 bytes and `DICM` (PS3.10 7.1). */
  readonly preamble: boolean
  /** Declared, or for a data set without meta information, the native one that it is written in. */
  readonly transferSyntax: TransferSyntax
  /** In which the data set is really written. */
  readonly encoding: Encoding
  readonly pixelData: PixelData | undefined
  /** Where the header ends; in a deflated file, within the inflated data set. */
  readonly end: number
}

/** By so many bytes of a data set its encoding is told: always as many, so that it does not depend on how they come. */
const lookahead = 1024

/** Goes through a file up to the pixel data, telling `sink` what is in it. */
export function* scan(sink: Sink, options: ScanOptions): Scan<Scanned> {
  const { size, firstRead, maxHeaderBytes: limit } = options
  const window = new Window(fetchFromSource, { size, limit, firstRead })
  yield* window.fill(0, 144)
  const { bytes } = window
  if (bytes.length < 8) throw notDicom('it is too short')
  const preamble = isMagic(bytes, 128)
  const metaStart = preamble ? 132 : isMagic(bytes, 0) ? 4 : 0
  if (metaStart === 0 && !startsWithMeta(bytes)) return yield* scanBareDataSet(window, sink, options)

  const meta = yield* scanMeta(window, metaStart, sink)
  const uid = meta.transferSyntax === undefined ? undefined : uidOf(meta.transferSyntax)
  if (metaStart === 0 && uid === undefined) throw notDicom('nothing announces what it is')
  const declared = uid === undefined ? undefined : transferSyntaxOf(uid)
  if (declared?.deflated === true)
    return { ...(yield* scanDeflated(window, meta.end, declared, sink, options)), preamble }

  const encoding = yield* actualEncoding(window, meta.end, declared?.encoding)
  const scanned = yield* scanDataSet(window, { ...options, start: meta.end, encoding, sink })
  return { ...scanned, preamble, transferSyntax: declared ?? nativeSyntaxOf(encoding), encoding }
}

/** The declared encoding, unless the data set at `start` makes no sense in it, but does in another one. */
function* actualEncoding(window: Window, start: number, declared: Encoding | undefined): Scan<Encoding> {
  yield* window.fill(start, start + 8)
  const head = window.bytes.subarray(start - window.base)
  if (declared !== undefined && headLooksRight(head, declared)) return declared
  yield* window.fill(start, start + lookahead)
  const bytes = window.bytes.subarray(start - window.base).subarray(0, lookahead)
  const size = window.size === undefined ? undefined : window.size - start
  return detectEncoding(bytes, size) ?? declared ?? implicitLittle
}

/** PS3.5 A.5. Pixel data that end beyond half of what may be inflated are not checked. */
function* scanDeflated(
  window: Window,
  start: number,
  transferSyntax: TransferSyntax,
  sink: Sink,
  options: ScanOptions,
): Scan<Omit<Scanned, 'preamble'>> {
  const { firstRead, maxHeaderBytes: limit } = options
  const { encoding } = transferSyntax
  const inflated = new Window(inflating(window, start, limit), { size: undefined, limit, firstRead })
  const scanned = yield* scanDataSet(inflated, { ...options, start: 0, encoding, sink, checkUpTo: limit / 2 })
  return { ...scanned, transferSyntax, encoding }
}

/** A data set that nothing announces is one only if it also says what it is. */
function* scanBareDataSet(window: Window, sink: Sink, options: ScanOptions): Scan<Scanned> {
  yield* window.fill(0, lookahead)
  const bytes = window.bytes.subarray(0, lookahead)
  const encoding = startsInGroup8(bytes) ? detectEncoding(bytes, options.size) : undefined
  if (encoding === undefined) throw notDicom('it has neither the prefix DICM nor a data set at its start')
  let identified = false
  const watch: Sink = {
    wants: (element) => sink.wants(element),
    take(element, value, within) {
      identified ||= identifying.has(element.tag)
      sink.take(element, value, within)
    },
  }
  try {
    const scanned = yield* scanDataSet(window, { ...options, start: 0, encoding, sink: watch })
    if (!identified) throw notDicom('nothing in it says what it is')
    return { ...scanned, preamble: false, transferSyntax: nativeSyntaxOf(encoding), encoding }
  } catch (error) {
    throw identified || !isGantryError(error) ? error : notDicom('it has neither the prefix DICM nor a sound data set')
  }
}

const identifying: ReadonlySet<number> = new Set([tags.sopClassUID, tags.sopInstanceUID, tags.studyInstanceUID])

function isMagic(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d
}

/** As all data sets do that hold a SOP Class UID; in either byte order. */
function startsInGroup8(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x08 && bytes[1] === 0x00) || (bytes[0] === 0x00 && bytes[1] === 0x08)
}

/** Meta information without preamble: one of its first elements, in explicit VR. */
function startsWithMeta(bytes: Uint8Array): boolean {
  const cursor = new ElementCursor()
  return cursor.read(bytes, 0, explicitLittle) && cursor.tag >>> 16 === 0x0002 && isKnownVR(cursor.vr)
}
