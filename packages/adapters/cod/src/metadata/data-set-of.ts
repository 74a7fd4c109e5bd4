import { type DicomJson, type DicomJsonElement, GantryError } from '@gantry/core/driver'

import { fromBase64 } from '../bytes/base64.ts'
import { longText } from '../bytes/kept-text.ts'
import { unzstd } from '../bytes/zstd.ts'
import { cutJson } from './cut-json.ts'
import type { Instance } from './instance.ts'
import { parseInTurns, parseText } from './parse-in-turns.ts'

const longestDataSet = 64 * 1024 * 1024

/**
 * What an instance's header says, as DICOM JSON with the meta information in it; of a long one, what entries and frames are
 * known by. `undefined` where it cannot be read: the bytes of the instance can be had all the same.
 */
export function dataSetOf({ version, metadata, long }: Instance): DicomJson | undefined {
  if (long !== undefined) return long.summary
  if (version === '1.0') return isRecord(metadata) ? (metadata as DicomJson) : undefined
  if (version !== '2.0' || typeof metadata !== 'string') return undefined
  try {
    const parsed = parseText(uncompressed(metadata))
    return isRecord(parsed) ? (parsed as DicomJson) : undefined
  } catch {
    return undefined
  }
}

/** DICOM JSON as version 2.0 has it. */
export function uncompressed(metadata: string): Uint8Array {
  const frame = fromBase64(metadata)
  if (frame === undefined) throw new GantryError('integrity', 'The metadata are not compressed as they should be.')
  return unzstd(frame, longestDataSet)
}

/** The same with everything that is `wanted`: of a long header, other long elements are left out. */
export async function dataSetWith(
  instance: Instance,
  wanted: (tag: string) => boolean,
): Promise<DicomJson | undefined> {
  if (instance.long === undefined) return dataSetOf(instance)
  const { text } = instance.long
  const dataSet: Record<string, DicomJsonElement> = {}
  try {
    for await (const { path, bytes } of cutJson(text.pieces(), ({ length }) => length === 0)) {
      const [tag] = path
      if (tag === undefined || bytes === undefined || (bytes.length > longText && !wanted(tag))) continue
      dataSet[tag] = (await parseInTurns(bytes)) as DicomJsonElement
    }
    return dataSet
  } catch {
    return undefined
  }
}

/** The first value of an element as text. */
export function textOf(dataSet: DicomJson, tag: string): string | undefined {
  const value = valuesOf(dataSet[tag])[0]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

export function numberOf(dataSet: DicomJson, tag: string): number | undefined {
  const number = Number(textOf(dataSet, tag))
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** Number of Frames; `undefined` where it counts none, as in `@gantry/dicom`: there is one then, if there are pixels. */
export function frameCountOf(dataSet: DicomJson): number | undefined {
  const count = numberOf(dataSet, '00280008')
  return count === undefined || count < 1 ? undefined : count
}

/** Others wrote these records: nothing in them is what a type promises. */
export function valuesOf(element: DicomJsonElement | undefined): readonly unknown[] {
  const values: unknown = isRecord(element) ? element.Value : undefined
  return Array.isArray(values) ? values : []
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
