import { type Attributes, type GantryError, type ImageIdentity, isGantryError } from '@gantry/core'

import type { HeaderSource } from '../source/header-source.ts'
import { readingFrom, runScan, runScanSync } from '../source/run-scan.ts'
import { scan, type ScanOptions } from '../structure/scan.ts'
import type { Scan } from '../structure/window.ts'
import { ImageSink } from './image-sink.ts'
import { type HeaderOptions, toPrefixScanOptions, toScanOptions } from './options.ts'

/** An image as an entry of a store has it. */
export interface DicomImage {
  readonly image: ImageIdentity
  /** Those that were asked for and have a value. */
  readonly attributes: Attributes
}

export interface ImageOptions extends HeaderOptions {
  /** Attributes to read besides the identity, `PatientID`; `invalid` if one is unknown. Default: none. */
  readonly keywords?: readonly string[] | undefined
}

/**
 * Reads which image a file is, and attributes of it, keeping nothing else: the quick way through a folder. Fails as
 * `readHeader` does, but looks into no sequence longer than `longestValue`; also with `unsupported` for a DICOMDIR and
 * with `invalid` where one of the UIDs is missing.
 */
export async function readImage(source: HeaderSource, options: ImageOptions = {}): Promise<DicomImage> {
  return await runScan(scanImage(options.keywords ?? [], toScanOptions(options, source.size)), source)
}

/** The identity alone. */
export async function readIdentity(source: HeaderSource, options: HeaderOptions = {}): Promise<ImageIdentity> {
  return (await readImage(source, options)).image
}

/** `readImage` from bytes at hand, at once: all of the file, or the first ones of `size`; see `parseHeader`. */
export function parseImage(
  bytes: Uint8Array,
  { size = bytes.length, ...options }: ImageOptions & { readonly size?: number } = {},
): DicomImage {
  const scanning = scanImage(options.keywords ?? [], toPrefixScanOptions(options, bytes, size))
  return runScanSync(scanning, readingFrom(bytes, size))
}

/** `readIdentity` from bytes at hand. */
export function parseIdentity(
  bytes: Uint8Array,
  options: HeaderOptions & { readonly size?: number } = {},
): ImageIdentity {
  return parseImage(bytes, options).image
}

/** An image; or why a file is none that can be read, and what was read of it. */
export type SeenImage = DicomImage | UnreadImage

export interface UnreadImage {
  readonly error: GantryError
  /** Those of the attributes that were asked for that were read until then. */
  readonly attributes: Attributes
  /** `StudyInstanceUID`, `SeriesInstanceUID` and `SOPInstanceUID`, those that were read until then. */
  readonly uids: Attributes
  /** The header was read to its end: what `attributes` lacks, the file lacks. */
  readonly whole: boolean
}

/** `readImage` of what may be damaged. Throws what is wrong with the source, not with the file. */
export async function seeImage(source: HeaderSource, options: ImageOptions = {}): Promise<SeenImage> {
  const { keywords = [] } = options
  const sink = new ImageSink(keywords)
  let whole = false
  try {
    const scanned = await runScan(scan(sink, toScanOptions(options, source.size)), source)
    whole = true
    return { image: sink.identity(scanned), attributes: sink.attributes(keywords) }
  } catch (error) {
    if (!isGantryError(error) || !['invalid', 'unsupported', 'integrity'].includes(error.code)) throw error
    return { error, attributes: sink.attributes(keywords), uids: sink.uids(), whole }
  }
}

/** For whoever performs the reads. */
export function* scanImage(keywords: readonly string[], options: ScanOptions): Scan<DicomImage> {
  const sink = new ImageSink(keywords)
  const scanned = yield* scan(sink, options)
  return { image: sink.identity(scanned), attributes: sink.attributes(keywords) }
}
