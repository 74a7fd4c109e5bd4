import type { DicomJson } from '@gantry/core'

import { combinedKey, timeNameOf } from './combined-key.ts'
import { compileKey, type MatchingKey, type MatchingOptions } from './matching-key.ts'

/** The keys of a query, compiled one by one; `invalid` for one that is no attribute, or does not fit its attribute. */
export function compileKeys(
  match: Readonly<Record<string, string>>,
  options: MatchingOptions = {},
): readonly MatchingKey[] {
  const keys = Object.entries(match).map(([name, value]) => compileKey(name, value, options))
  if (options.combineDateTime !== true) return keys
  const byPath = new Map(keys.map((key) => [key.path.join('.'), key]))
  const combined = new Set<MatchingKey>()
  const pairs = keys.flatMap((date) => {
    const time = byPath.get(timeNameOf(date.path)?.join('.') ?? '')
    if (time === undefined || date.vr !== 'DA' || time.kind === 'universal' || date.kind === 'universal') return []
    combined.add(date).add(time)
    return [combinedKey(date, time)]
  })
  return [...keys.filter((key) => !combined.has(key)), ...pairs]
}

/**
 * Tells whether a data set in the DICOM JSON model matches all keys of a query (PS3.4 C.2.2.2): names are keywords, tags
 * or paths of those; values as in QIDO. What a data set does not have matches nothing but a universal key.
 */
export function compileMatching(
  match: Readonly<Record<string, string>>,
  options: MatchingOptions = {},
): (dataSet: DicomJson) => boolean {
  const keys = compileKeys(match, options)
  return (dataSet) => keys.every((key) => key.matches(dataSet))
}
