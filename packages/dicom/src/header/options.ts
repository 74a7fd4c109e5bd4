import { vrOf } from '../structure/data-set.ts'
import type { ScanOptions } from '../structure/scan.ts'

export interface HeaderOptions {
  /** Most bytes that are read of a header; a longer one is `invalid`. Default: 64 MiB. */
  readonly maxHeaderBytes?: number | undefined
  /** Bytes of the first read; each further one doubles. Default: 16 KiB. */
  readonly firstRead?: number | undefined
  /** Values longer than this are not read, but passed over; sequences only by `readIdentity`. Default: 64 KiB. */
  readonly longestValue?: number | undefined
  /** Asked of a value that is longer than that, by tag and VR: whether it is read all the same, up to `maxHeaderBytes`. Default: none is. */
  readonly needs?: ((tag: number, vr: string) => boolean) | undefined
  /**
   * Whether pixel data that cannot be complete are an `integrity` error. Costs one more read where they are
   * encapsulated or deflated. Default: true.
   */
  readonly checkPixelData?: boolean | undefined
}

export function toScanOptions(options: HeaderOptions, size: number | undefined): ScanOptions {
  const { maxHeaderBytes = 64 * 1024 * 1024, needs } = options
  return {
    size,
    maxHeaderBytes,
    firstRead: Math.max(256, options.firstRead ?? 16 * 1024),
    longestValue: options.longestValue ?? 64 * 1024,
    ...(needs && { needs: (head) => head.length <= maxHeaderBytes && needs(head.tag, vrOf(head)) }),
    checkPixelData: options.checkPixelData === false ? 'no' : 'all',
  }
}

/** For a scan of the first bytes of a file, which are all that can be read. */
export function toPrefixScanOptions(options: HeaderOptions, bytes: Uint8Array, size: number): ScanOptions {
  const scanOptions = toScanOptions(options, size)
  if (bytes.length >= size) return scanOptions
  return { ...scanOptions, checkPixelData: options.checkPixelData === false ? 'no' : 'native' }
}
