import { parseHeader } from '@gantry/dicom'
import { describeImage, type LookupTable, lookUp, shadesOf } from '@gantry/pixels'

/** What the tables of a file make of a frame. */
export interface Tables {
  /** The values behind the Modality LUT; nothing where there is none. */
  readonly values: Uint16Array | undefined
  readonly voi: VoiCurve | undefined
}

/** A VOI LUT, as shades from 0 to 1 at even steps from the first value to the last. */
export interface VoiCurve {
  readonly lower: number
  readonly upper: number
  readonly shades: Float32Array
}

/** As many as the texture has that values are coloured by. */
const mostSteps = 1024

/**
 * Of a frame, counted from 1, whose stored values are given. A window goes before a VOI LUT, which is an alternative to it
 * (PS3.3 C.11.2.1): so do `@gantry/pixels` and what it draws. Fails where a table is damaged.
 */
export function readTables(bytes: Uint8Array, frame: number, stored: ArrayLike<number>): Tables {
  const { modalityTable, voiTables, windows } = describeImage(parseHeader(bytes, { longestValue: 131_072 }), frame)
  return {
    values: modalityTable && Uint16Array.from(stored, (value) => lookUp(modalityTable, value)),
    voi: windows.length > 0 || voiTables[0] === undefined ? undefined : curveOf(voiTables[0]),
  }
}

function curveOf(table: LookupTable): VoiCurve | undefined {
  const { first, data } = table
  const steps = Math.min(data.length, mostSteps)
  if (steps < 2) return undefined
  const shade = shadesOf(table)
  const last = data.length - 1
  const shades = Float32Array.from({ length: steps }, (_, step) =>
    shade(first + Math.round((step * last) / (steps - 1))),
  )
  return { lower: first, upper: first + last, shades }
}
