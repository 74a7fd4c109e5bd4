import { GantryError } from '@gantry/core'

/** Pixels of 8 bits, one (grey) or three (RGB) a pixel. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/** The most that a picture is asked to be wide or high. */
const longestSide = 16_384

export interface Size {
  readonly width: number
  readonly height: number
}

/** As large as fits into `viewport`, sides in proportion (PS3.18 8.3.5.1.3). */
export function fitted({ width, height }: Size, viewport: Size): Size {
  for (const side of [viewport.width, viewport.height]) {
    if (!Number.isSafeInteger(side) || side < 1 || side > longestSide) {
      throw new GantryError('invalid', `The sides of a viewport are whole numbers from 1 to ${longestSide}.`)
    }
  }
  const factor = Math.min(viewport.width / width, viewport.height / height)
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
}

/** Smaller by the mean of what falls into a pixel, larger by what lies between the nearest ones; each way for itself. */
export function* scaling(picture: Picture, size: Size): Generator<void, Picture, void> {
  const { width, height, channels, data } = picture
  const wide = size.width === width ? data : yield* resampling(data, height, width, size.width, channels)
  if (size.height === height) return { ...size, channels, data: wide }
  // Rows are what is resampled: a row of all its samples is one that has so many channels.
  const row = size.width * channels
  return { ...size, channels, data: yield* resampling(wide, 1, height, size.height, row) }
}

/** Each of `lines` lines of `from` positions to `to` positions, each of `channels` values. */
function* resampling(
  data: Uint8Array,
  lines: number,
  from: number,
  to: number,
  channels: number,
): Generator<void, Uint8Array, void> {
  const out = new Uint8Array(lines * to * channels)
  const sum = new Float32Array(channels)
  for (let position = 0; position < to; position += 1) {
    yield
    const weights = weightsOf(position, from, to)
    for (let line = 0; line < lines; line += 1) {
      sum.fill(0)
      for (const [index, weight] of weights) {
        const at = (line * from + index) * channels
        for (let channel = 0; channel < channels; channel += 1) {
          sum[channel] = (sum[channel] as number) + weight * (data[at + channel] as number)
        }
      }
      const at = (line * to + position) * channels
      for (let channel = 0; channel < channels; channel += 1) out[at + channel] = (sum[channel] as number) + 0.5
    }
  }
  return out
}

function weightsOf(position: number, from: number, to: number): readonly (readonly [index: number, weight: number])[] {
  const step = from / to
  if (step <= 1) {
    const centre = Math.min(Math.max((position + 0.5) * step - 0.5, 0), from - 1)
    const index = Math.floor(centre)
    const share = centre - index
    return share === 0
      ? [[index, 1]]
      : [
          [index, 1 - share],
          [index + 1, share],
        ]
  }
  const start = position * step
  const end = start + step
  const weights: [number, number][] = []
  for (let index = Math.floor(start); index < Math.min(end, from); index += 1) {
    const share = (Math.min(index + 1, end) - Math.max(index, start)) / step
    if (share > 1e-9) weights.push([index, share])
  }
  return weights
}
