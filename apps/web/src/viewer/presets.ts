import type { WindowLevel } from '../engine/model.ts'

interface Range {
  readonly lower: number
  readonly upper: number
}

export interface WindowPreset extends WindowLevel {
  /** Key of its name in the catalogue of words. */
  readonly name: string
}

const ct: readonly WindowPreset[] = [
  { name: 'preset.softTissue', center: 40, width: 400 },
  { name: 'preset.lung', center: -600, width: 1500 },
  { name: 'preset.bone', center: 480, width: 2500 },
  { name: 'preset.brain', center: 40, width: 80 },
  { name: 'preset.mediastinum', center: 50, width: 350 },
  { name: 'preset.liver', center: 60, width: 160 },
]

/** In SUV by body weight. */
const pet: readonly WindowPreset[] = [
  { name: 'preset.suv5', center: 2.5, width: 5 },
  { name: 'preset.suv10', center: 5, width: 10 },
  { name: 'preset.suv20', center: 10, width: 20 },
]

/**
 * Windows that readers of a modality expect. Only where values mean the same on every scanner: those of MR and US do
 * not, so that there is only the window of the file itself, and that of all values. Those of PET do where it is known how many
 * make a unit of SUV.
 */
export function presetsOf(modality: string | undefined, valuesPerSuv: number | undefined): readonly WindowPreset[] {
  if (modality === 'CT') return ct
  if (modality !== 'PT' || valuesPerSuv === undefined) return []
  return pet.map(({ name, center, width }) => ({ name, center: center * valuesPerSuv, width: width * valuesPerSuv }))
}

export function rangeOf({ center, width }: WindowLevel): Range {
  return { lower: center - width / 2, upper: center + width / 2 }
}

/**
 * For pictures of which none asks for a window: that of all values that bytes have, else that of the first picture, as it is
 * drawn. Nothing where they ask for one, or the first is all of one value.
 */
export function sharedRange({
  asks,
  isByte,
  drawn,
}: {
  readonly asks: boolean
  readonly isByte: boolean
  readonly drawn: Range | undefined
}): Range | undefined {
  if (asks) return undefined
  if (isByte) return { lower: 0, upper: 255 }
  return drawn !== undefined && drawn.upper > drawn.lower ? drawn : undefined
}

/** With as many digits as its width asks for: whole numbers of CT, hundredths of a PET in g/ml. */
export function readWindow({ center, width }: WindowLevel): { readonly center: string; readonly width: string } {
  const digits = width > 0 ? Math.min(20, Math.max(0, Math.ceil(2 - Math.log10(width)))) : 0
  // Not `-0`, and no zeros behind the point.
  const read = (value: number) =>
    (Number(value.toFixed(digits)) + 0).toLocaleString('en', { maximumFractionDigits: digits })
  return { center: read(center), width: read(width) }
}

export function windowOf({ lower, upper }: Range): WindowLevel {
  return { center: (lower + upper) / 2, width: upper - lower }
}
