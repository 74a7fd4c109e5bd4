import type { DecodedFrame, Samples } from '../decode/decoded-frame.ts'
import type { ImageDescription, VoiWindow } from '../image/image-description.ts'
import { lookUp, shadesOf } from '../image/lookup-table.ts'

/**
 * Shades of a monochrome image: modality transformation, then the window that is asked for, else the first one of the
 * header, else its first VOI LUT, else all values from the least to the greatest that is no padding; then the inversion (PS3.4 N.2).
 */
export function toGrey(frame: DecodedFrame, image: ImageDescription, asked: VoiWindow | undefined): Uint8Array {
  const { samples } = frame
  const toOutput = modalityOf(image)
  const window = asked ?? image.windows[0]
  const table = window === undefined ? image.voiTables[0] : undefined
  const [least, greatest] = extremes(samples) ?? [0, 0]
  const inner = image.padding && extremes(samples, image.padding)
  // A single value beside the padding would not be told from it.
  const [from, to] = inner !== undefined && inner[0] < inner[1] ? inner : [least, greatest]
  const show =
    window !== undefined
      ? windowed(window)
      : table !== undefined
        ? shadesOf(table)
        : spread(toOutput(from), toOutput(to))
  const shade = (value: number) => {
    const share = show(toOutput(value))
    return Math.round(255 * (image.inverse ? 1 - share : share))
  }
  const shades = new Uint8Array(samples.length)
  if (isWide(samples, least, greatest)) {
    for (let at = 0; at < samples.length; at += 1) shades[at] = shade(samples[at] as number)
    return shades
  }
  const byValue = Uint8Array.from({ length: greatest - least + 1 }, (_, index) => shade(least + index))
  for (let at = 0; at < samples.length; at += 1) shades[at] = byValue[(samples[at] as number) - least] as number
  return shades
}

function isWide(samples: Samples, least: number, greatest: number): boolean {
  const isFloat = samples instanceof Float32Array || samples instanceof Float64Array
  return isFloat || greatest - least > 0xffff || greatest - least > samples.length
}

function modalityOf({ rescale, modalityTable }: ImageDescription): (value: number) => number {
  if (modalityTable !== undefined) return (value) => lookUp(modalityTable, value)
  if (rescale !== undefined) return (value) => value * rescale.slope + rescale.intercept
  return (value) => value
}

/** Values that are no numbers, as float pixels may be, count for nothing, nor do those of the padding; `undefined` where all are such. */
function extremes(
  samples: Samples,
  padding: ImageDescription['padding'] = nothing,
): [least: number, greatest: number] | undefined {
  let least = Infinity
  let greatest = -Infinity
  for (let at = 0; at < samples.length; at += 1) {
    const value = samples[at] as number
    if (value >= padding.least && value <= padding.greatest) continue
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  return Number.isFinite(least) && Number.isFinite(greatest) ? [least, greatest] : undefined
}

const nothing = { least: Infinity, greatest: -Infinity }

/** PS3.3 C.11.2.1.2 and C.11.2.1.3, to 0..1. */
function windowed({ center, width, shape }: VoiWindow): (value: number) => number {
  if (shape === 'sigmoid') return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width))
  if (shape === 'linear-exact') return (value) => clamped((value - center) / width + 0.5)
  if (width <= 1) return (value) => (value <= center - 0.5 ? 0 : 1)
  return (value) => clamped((value - (center - 0.5)) / (width - 1) + 0.5)
}

function spread(from: number, to: number): (value: number) => number {
  const [least, greatest] = from < to ? [from, to] : [to, from]
  if (least === greatest) return () => 0
  return (value) => clamped((value - least) / (greatest - least))
}

function clamped(share: number): number {
  if (share >= 1) return 1
  return share > 0 ? share : 0
}
