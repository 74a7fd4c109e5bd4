import { scan, type ScanOptions } from '../structure/scan.ts'
import type { Scan } from '../structure/window.ts'
import { readingFrom, runScan, runScanSync } from '../source/run-scan.ts'
import type { HeaderSource } from '../source/header-source.ts'
import type { DicomHeader } from './dicom-header.ts'
import { HeaderSink } from './header-sink.ts'
import { type HeaderOptions, toPrefixScanOptions, toScanOptions } from './options.ts'

/**
 * Reads the header of a DICOM file: as much of it as comes before the pixel data, by few reads that grow. Long values
 * are passed over.
 *
 * Fails with `invalid` for what is not DICOM, is malformed, or has too long a header, and with `integrity` (not
 * retryable) for what is cut off, in the header or in the pixel data.
 */
export async function readHeader(source: HeaderSource, options: HeaderOptions = {}): Promise<DicomHeader> {
  return await runScan(scanHeader(toScanOptions(options, source.size)), source)
}

/**
 * The same from bytes at hand, at once. Those may be just the first ones of a file of `size` bytes; if the header goes
 * on behind them, that is `invalid`.
 */
export function parseHeader(
  bytes: Uint8Array,
  { size = bytes.length, ...options }: HeaderOptions & { readonly size?: number } = {},
): DicomHeader {
  return runScanSync(scanHeader(toPrefixScanOptions(options, bytes, size)), readingFrom(bytes, size))
}

/** For whoever performs the reads. */
export function* scanHeader(options: ScanOptions): Scan<DicomHeader> {
  const sink = new HeaderSink()
  return sink.header(yield* scan(sink, options))
}
