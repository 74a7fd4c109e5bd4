import type { DicomJson, DicomJsonElement } from '@gantry/core/driver'

import { fromBase64 } from '../bytes/base64.ts'
import { unzstd } from '../bytes/zstd.ts'
import type { Instance } from './instance.ts'
import { parseLeniently } from './not-numbers.ts'

const longestDataSet = 64 * 1024 * 1024

/**
 * What an instance's header says, as DICOM JSON with the meta information in it; `undefined` where it cannot be read:
 * the bytes of the instance can be had all the same.
 */
export function dataSetOf({ version, metadata }: Instance): DicomJson | undefined {
  if (version === '1.0') return isRecord(metadata) ? (metadata as DicomJson) : undefined
  if (version !== '2.0' || typeof metadata !== 'string') return undefined
  try {
    const frame = fromBase64(metadata)
    if (frame === undefined) return undefined
    const parsed = parseLeniently(new TextDecoder().decode(unzstd(frame, longestDataSet)))
    return isRecord(parsed) ? (parsed as DicomJson) : undefined
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

/** Others wrote these records: nothing in them is what a type promises. */
export function valuesOf(element: DicomJsonElement | undefined): readonly unknown[] {
  const values: unknown = isRecord(element) ? element.Value : undefined
  return Array.isArray(values) ? values : []
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
