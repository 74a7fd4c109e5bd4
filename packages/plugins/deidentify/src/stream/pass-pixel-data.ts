import type { Bytes } from '@gantry/core'
import type { DicomHeader, PixelData } from '@gantry/dicom'

import { truncated } from './byte-stream.ts'
import { FragmentScanner } from './fragment-scanner.ts'

/** Told how many bytes came behind the pixel data. */
export type Trailing = (bytes: number) => void

/**
 * The value of the pixel data, of a body that begins with it, as it is; what follows is read to its end, so that the
 * source can be judged by all of its bytes, and left out.
 */
export async function* pixelDataOf(
  body: Bytes,
  { pixelData, encoding }: { readonly pixelData: PixelData; readonly encoding: DicomHeader['encoding'] },
  trailing: Trailing,
): AsyncGenerator<Uint8Array, void, undefined> {
  const scanner = pixelData.length === undefined ? new FragmentScanner(encoding) : undefined
  let left = pixelData.length ?? 0
  let behind = 0
  for await (const chunk of body) {
    const own = scanner === undefined ? Math.min(left, chunk.length) : scanner.take(chunk)
    left -= own
    behind += chunk.length - own
    if (own > 0) yield own === chunk.length ? chunk : chunk.subarray(0, own)
  }
  if (scanner === undefined ? left > 0 : !scanner.ended) throw truncated()
  trailing(behind)
}
