import { GantryError, type Signal } from '@gantry/core'

import { truncated } from '../errors.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import type { HeaderSource } from '../source/header-source.ts'
import { inflatedSource } from './inflated-source.ts'

/** The bytes that the offsets of a header count in: those of the file, or of its inflated data set. */
export function frameSource(source: HeaderSource, header: DicomHeader): HeaderSource {
  if (!header.transferSyntax.deflated) return source
  const start = header.meta.reduce((end, { offset, length = 0 }) => Math.max(end, offset + length), 0)
  return inflatedSource(source, start)
}

/** Exactly these bytes; `integrity` where the file ends before. */
export async function readExactly(
  source: HeaderSource,
  start: number,
  end: number,
  signal?: Signal,
): Promise<Uint8Array> {
  checkSignal(signal)
  if (source.size !== undefined && end > source.size) throw truncated('within the pixel data')
  const bytes = await source.read(start, end)
  if (bytes.length < end - start) throw truncated('within the pixel data')
  return bytes.length === end - start ? bytes : bytes.subarray(0, end - start)
}

export function checkSignal(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw new GantryError('cancelled', 'The call was cancelled.', { cause: signal.reason })
}
