import type { DicomJson, DicomJsonElement, Query, QueryLevel } from '@gantry/core/driver'
import { attributePath, identifyingTag, resultKeywords } from '@gantry/dicom'

const levels: readonly QueryLevel[] = ['study', 'series', 'instance']

/**
 * What a match tells (PS3.18 10.6.3): the attributes of its level, of those above where the query does not name them, what
 * was matched by, and what was asked for.
 */
export function toldOf(query: Query): {
  /** Whether an element is told, or matched by. */
  readonly wants: (tag: string) => boolean
  readonly told: (dataSet: DicomJson) => DicomJson
} {
  const { level, match = {}, include = [], study, series } = query
  if (include === 'all') return { wants: () => true, told: (dataSet) => filtered(dataSet, () => true) }
  const depth = levels.indexOf(level)
  const wanted = new Set<string>()
  const add = (name: string) => {
    const [first] = attributePath(name)
    if (first !== undefined) wanted.add(first)
  }
  for (const [index, one] of levels.slice(0, depth + 1).entries()) {
    wanted.add(identifyingTag[one])
    const isNamed = (one === 'study' && study !== undefined) || (one === 'series' && series !== undefined)
    if (index === depth || !isNamed) resultKeywords[one].forEach(add)
  }
  Object.keys(match).forEach(add)
  include.forEach(add)
  const wants = (tag: string) => wanted.has(tag)
  return { wants, told: (dataSet) => filtered(dataSet, wants) }
}

/** In ascending order of tags, without what is no part of DICOM JSON: meta information, and COD's own form of bulk data. */
function filtered(dataSet: DicomJson, wants: (tag: string) => boolean): DicomJson {
  const told: { [tag: string]: DicomJsonElement } = {}
  for (const tag of Object.keys(dataSet).sort()) {
    const element: DicomJsonElement | undefined = dataSet[tag]
    if (element === undefined || tag.startsWith('0002') || !wants(tag)) continue
    const bulk: unknown = element.BulkDataURI
    if (bulk === undefined || typeof bulk === 'string') told[tag] = element
  }
  return told
}
