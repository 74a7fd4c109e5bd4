import { collect } from '@gantry/core'
import { bytesSource, type DicomHeader, frameRanges, readHeader } from '@gantry/dicom'

import { type DecodedFrame, decodeFrame, describeImage } from '../src/index.ts'

export interface FirstFrame {
  readonly header: DicomHeader
  readonly frame: Uint8Array
}

/** Of a file with pixels; `undefined` for any other. */
export async function firstFrame(bytes: Uint8Array): Promise<FirstFrame | undefined> {
  try {
    const source = bytesSource(bytes)
    const header = await readHeader(source, { longestValue: 1 << 18 })
    const frames = await frameRanges(source, { header })
    return { header, frame: await collect(frames.read(1)) }
  } catch {
    return undefined
  }
}

export async function decoded(bytes: Uint8Array): Promise<DecodedFrame> {
  const first = await firstFrame(bytes)
  if (first === undefined) throw new Error('There is no frame.')
  return await decodeFrame(describeImage(first.header), first.frame, first.header.transferSyntax.uid)
}
