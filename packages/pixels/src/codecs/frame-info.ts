import type { DecodedFrame, Samples } from '../decode/decoded-frame.ts'
import { integers, withSign } from '../decode/integers.ts'
import { interleaved } from '../decode/native.ts'
import { malformedFrame, unsupportedFrame } from '../errors.ts'
import type { PixelDescription } from '../image/pixel-description.ts'

/** What a codec says of the frame that it decoded. */
export interface FrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned?: boolean
}

/** Fails unless what a codestream holds is what the header says: before anything is allocated for it. */
export function checkInfo(
  { width, height, bitsPerSample, componentCount }: FrameInfo,
  { rows, columns, samplesPerPixel }: PixelDescription,
): void {
  if (width !== columns || height !== rows || componentCount !== samplesPerPixel) {
    throw malformedFrame('it has another size than its header says')
  }
  if (bitsPerSample < 1) throw malformedFrame('its samples have no bits')
  // Of more, the codecs give the lowest 16, and do not say so.
  if (bitsPerSample > 16) throw unsupportedFrame(`a codestream has ${bitsPerSample} bits a sample, more than 16`)
}

/** The pixels that a codec left in its memory, copied out of it. */
export function fromCodec(
  decoded: Uint8Array,
  info: FrameInfo,
  pixels: PixelDescription,
  { planar, photometric }: { readonly planar: boolean; readonly photometric: string },
): DecodedFrame {
  const { rows, columns, samplesPerPixel, signed } = pixels
  const bits = info.bitsPerSample
  const count = rows * columns * samplesPerPixel
  const width = bits <= 8 ? 1 : 2
  if (decoded.length < count * width) throw malformedFrame('it holds fewer pixels than its header says')
  const stored = integers(count, bits, false)
  const bytes = new Uint8Array(stored.buffer)
  bytes.set(decoded.subarray(0, count * width))
  const samples: Samples = signed ? withSign(stored, bits) : masked(stored, bits)
  return {
    rows,
    columns,
    samplesPerPixel,
    photometricInterpretation: photometric,
    bitsStored: bits,
    samples: planar && samplesPerPixel > 1 ? interleaved(samples, samplesPerPixel) : samples,
  }
}

/** A codestream may say that its values are signed where the header says that they are not. */
function masked(samples: Samples, bits: number): Samples {
  if (bits === 8 || bits === 16) return samples
  const mask = (1 << bits) - 1
  for (let at = 0; at < samples.length; at += 1) samples[at] = (samples[at] as number) & mask
  return samples
}
