import type { WindowLevel } from '../engine/model.ts'

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

export function rangeOf({ center, width }: WindowLevel): { readonly lower: number; readonly upper: number } {
  return { lower: center - width / 2, upper: center + width / 2 }
}

export function windowOf({ lower, upper }: { readonly lower: number; readonly upper: number }): WindowLevel {
  return { center: (lower + upper) / 2, width: upper - lower }
}
