import { defined, isRecord, type JsonRecord, mapList } from '../record.ts'

/** A colour as text or as components, which count to 255 if any of red, green and blue is over 1. */
export function toColour(value: unknown): unknown {
  if (!isComponents(value)) return value
  const [red = 0, green = 0, blue = 0, alpha] = value
  const range = Math.max(red, green, blue) > 1 ? 255 : 1
  const rgb = [red / range, green / range, blue / range]
  if (alpha === undefined) return rgb
  return [...rgb, alpha > 1 ? alpha / 255 : alpha]
}

function isComponents(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((component) => typeof component === 'number')
}

/** `color` and `colorEnd` as `colour` and `colourEnd`. */
function withColours({ color, colorEnd, ...rest }: JsonRecord): JsonRecord {
  return defined({ ...rest, colour: toColour(color), colourEnd: toColour(colorEnd) })
}

export function toColormap(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { type, materials, ...rest } = value
  const bands = mapList(materials, (band) => (isRecord(band) ? withColours(band) : band))
  return defined({ ...withColours(rest), kind: type, materials: bands })
}

export function toMaterial(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { emissive, ...rest } = value
  return defined({ ...withColours(rest), emissive: toColour(emissive) })
}
