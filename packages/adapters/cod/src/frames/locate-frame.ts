import { type DicomJson } from '@gantry/core/driver'

import { frameCountOf, numberOf, textOf } from '../metadata/data-set-of.ts'
import type { Instance } from '../metadata/instance.ts'

/** Where a frame is within its file, as far as the metadata alone tell. */
export interface ToldFrame {
  readonly start: number
  readonly length: number
  /** The item header before it is read too: it proves the offset, and tells of further fragments. */
  readonly encapsulated: boolean
}

/** What is said to be longer is read by the header, which knows better. */
export const longestFrame = 1024 * 1024 * 1024

/** Syntaxes whose pixel data are not compressed (PS3.5 A.1, A.2, A.3). */
const explicitVRBigEndian = '1.2.840.10008.1.2.2'
const native: ReadonlySet<string> = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', explicitVRBigEndian])

/**
 * Frame `index`, from 0, by the offset tables; `undefined` where they do not tell, or cannot be trusted.
 *
 * Tables of native frames are 8 bytes too high where the writer counted an item header that is not there. So they are
 * believed only if they fit what must hold: pixel data that nothing follows end where the file does.
 */
export function locateFrame(instance: Instance, dataSet: DicomJson, index: number): ToldFrame | undefined {
  const { offsetTable, offsetTableLengths, size } = instance
  const frames = frameCountOf(dataSet) ?? 1
  const start = offsetTable?.[index]
  const length = offsetTableLengths?.[index]
  if (offsetTable === undefined || offsetTableLengths === undefined) return undefined
  if (offsetTable.length !== frames || offsetTableLengths.length !== frames) return undefined
  if (start === undefined || length === undefined || length === 0 || length > longestFrame) return undefined
  if (!native.has(textOf(dataSet, '00020010') ?? '')) {
    // Before the next begins, with its item header.
    const end = (offsetTable[index + 1] ?? size + 8) - 8
    return start < 8 || start + length > end ? undefined : { start, length, encapsulated: true }
  }
  if (followed(dataSet) || offsetTableLengths.some((other) => other !== length)) return undefined
  if (length !== lengthOfNative(dataSet)) return undefined
  const total = frames * length
  const pixels = size - (total + (total % 2))
  const excess = (offsetTable[0] ?? 0) - pixels
  if (pixels < 0 || (excess !== 0 && excess !== 8)) return undefined
  return { start: pixels + index * length, length, encapsulated: false }
}

/** Of a frame in whole bytes, in their order; `undefined` where frames may be of another form than that. */
function lengthOfNative(dataSet: DicomJson): number | undefined {
  const numbers = ['00280010', '00280011', '00280100'].map((tag) => numberOf(dataSet, tag) ?? Number.NaN)
  const bits = numbers.reduce((product, number) => product * number, numberOf(dataSet, '00280002') ?? 1)
  const inWords = textOf(dataSet, '00020010') === explicitVRBigEndian && (numberOf(dataSet, '00280100') ?? 0) < 16
  return bits % 8 === 0 && !inWords ? bits / 8 : undefined
}

function followed(dataSet: DicomJson): boolean {
  return Object.keys(dataSet).some((tag) => tag.toUpperCase() > '7FE00010')
}
