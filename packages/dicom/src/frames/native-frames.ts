import { GantryError } from '@gantry/core'

import { malformed, truncated } from '../errors.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { tags } from '../structure/tag.ts'
import { textValues } from '../values/text.ts'
import { numberValues } from '../values/numbers.ts'
import { bigEndianPixels } from './big-endian-pixels.ts'
import type { FrameLocation } from './frame-location.ts'

/**
 * Where native frames lie (PS3.5 8.1.1), numbered from 0: one behind the other without padding, so that those of 1 bit
 * a pixel may begin within a byte. `integrity` for a frame that the pixel data are too short for.
 */
export function nativeFrames(header: DicomHeader, frames: number): (index: number) => FrameLocation {
  const { pixelData } = header
  if (pixelData?.length === undefined) throw malformed('native pixel data have no length')
  const { offset, length } = pixelData
  const bits = bitsOfFrame(header, frames, length)
  // Pixels of fewer bits fill words from the least significant bit on, which a big endian word has in its second byte.
  const inWords = bigEndianPixels(header) && pixelData.vr === 'OW' && bitsAllocated(header) < 16
  const unit = inWords ? 2 : 1
  return (index) => {
    const firstBit = index * bits
    const start = Math.floor(firstBit / 8 / unit) * unit
    const last = Math.ceil((firstBit + bits) / 8)
    const end = Math.min(Math.ceil(last / unit) * unit, length)
    if (last > length) throw truncated('before the last of the frames that the header promises')
    return {
      ranges: [{ start: offset + start, end: offset + end }],
      // What begins within a byte may end a byte later, of which nothing is left once it is shifted.
      length: Math.ceil(bits / 8),
      skippedBits: firstBit - start * 8,
      inWords,
    }
  }
}

function bitsOfFrame(header: DicomHeader, frames: number, length: number): number {
  const pixels = count(header, tags.rows) * count(header, tags.columns)
  const samples = count(header, tags.samplesPerPixel, 1)
  const allocated = bitsAllocated(header)
  if (allocated !== 1 && allocated % 8 !== 0) {
    throw new GantryError(
      'unsupported',
      `Frames cannot be told apart if Bits Allocated is ${allocated}: neither 1 nor of bytes.`,
    )
  }
  const bits = pixels * samples * allocated
  // Chrominance of every second pixel alone (PS3.3 C.7.6.3.1.2), unless there is room for all: writers often forget.
  const halved = samples === 3 && isHalved(header) && length * 8 < bits * frames
  return halved ? (bits * 2) / 3 : bits
}

function bitsAllocated(header: DicomHeader): number {
  if (header.pixelData?.tag === tags.floatPixelData) return 32
  if (header.pixelData?.tag === tags.doubleFloatPixelData) return 64
  return count(header, tags.bitsAllocated)
}

function isHalved(header: DicomHeader): boolean {
  const element = header.elements.find(({ tag }) => tag === tags.photometricInterpretation)
  const name = element === undefined ? undefined : textValues(element, () => '')?.[0]
  return name === 'YBR_FULL_422' || name === 'YBR_PARTIAL_422'
}

function count(header: DicomHeader, tag: number, missing?: number): number {
  const element = header.elements.find((one) => one.tag === tag)
  const value = element === undefined ? undefined : numberValues(element)?.[0]
  const number = value === undefined ? missing : Number(value)
  if (number === undefined || number < 1) throw malformed('Rows, Columns or Bits Allocated are missing')
  return number
}
