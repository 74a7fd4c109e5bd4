import type { DecodedFrame } from '../decode/decoded-frame.ts'
import { unsupportedFrame } from '../errors.ts'
import type { ImageDescription } from '../image/image-description.ts'
import { type LookupTable, lookUp } from '../image/lookup-table.ts'

/** Red, green and blue of a colour image, 8 bits each. */
export function toRgb(frame: DecodedFrame, image: ImageDescription): Uint8Array {
  const { photometricInterpretation: name } = frame
  if (name === 'PALETTE COLOR' && image.palette !== undefined) return fromPalette(frame, image.palette)
  const bytes = toBytes(frame)
  if (name === 'RGB') return bytes
  if (name === 'YBR_FULL' || name === 'YBR_FULL_422') return fromYbr(bytes)
  throw unsupportedFrame(`their photometric interpretation is ${/^[A-Z0-9_ ]{1,16}$/u.test(name) ? name : 'unknown'}`)
}

/** All bits that are stored, brought to 8. */
function toBytes({ samples, bitsStored }: DecodedFrame): Uint8Array {
  if (samples instanceof Uint8Array && bitsStored === 8) return samples
  const full = 2 ** bitsStored - 1
  const shift = samples instanceof Int8Array || samples instanceof Int16Array || samples instanceof Int32Array
  const offset = shift ? 2 ** (bitsStored - 1) : 0
  return Uint8Array.from(samples, (value) => Math.round(((value + offset) * 255) / full))
}

/** PS3.3 C.7.6.3.1.2. */
function fromYbr(ybr: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray(ybr.length)
  for (let at = 0; at + 2 < ybr.length; at += 3) {
    const luminance = ybr[at] as number
    const blue = (ybr[at + 1] as number) - 128
    const red = (ybr[at + 2] as number) - 128
    rgb[at] = luminance + 1.402 * red
    rgb[at + 1] = luminance - 0.344136 * blue - 0.714136 * red
    rgb[at + 2] = luminance + 1.772 * blue
  }
  return new Uint8Array(rgb.buffer)
}

function fromPalette({ samples }: DecodedFrame, palette: readonly LookupTable[]): Uint8Array {
  const channels = palette.length
  const rgb = new Uint8Array(samples.length * channels)
  for (const [channel, table] of palette.entries()) {
    // Of 16 bits, the upper 8 are shown; tables of 8 bits in words are told by what is in them.
    const shift = table.bits > 8 && table.data.some((value) => value > 0xff) ? table.bits - 8 : 0
    for (let at = 0; at < samples.length; at += 1) {
      rgb[at * channels + channel] = lookUp(table, samples[at] as number) >> shift
    }
  }
  return rgb
}
