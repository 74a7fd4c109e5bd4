import type { DicomJson, DicomJsonElement, QueryLevel } from '@gantry/core'

import { computed, keptTags, toldTags, uidTags } from '../catalog/levels.ts'
import type { SearchRequest } from './search-request.ts'
import type { FoundRow } from './search-sql.ts'

/** All that the index knows of a row, of all its levels. */
export function knownOf(row: FoundRow, level: QueryLevel): DicomJson {
  const number = (vr: string, value: number) => ({ vr, Value: [value] })
  const modalities = JSON.parse(row.modalities) as string[]
  const json: { [tag: string]: DicomJsonElement } = {
    ...(JSON.parse(row.study_json) as DicomJson),
    [computed.modalities]: modalities.length === 0 ? { vr: 'CS' } : { vr: 'CS', Value: modalities.toSorted() },
    [computed.seriesOfStudy]: number('IS', row.study_series),
    [computed.instancesOfStudy]: number('IS', row.study_instances),
    [computed.availability]: { vr: 'CS', Value: ['ONLINE'] },
  }
  if (level === 'study') return json
  Object.assign(json, JSON.parse(row.series_json), { [computed.instancesOfSeries]: number('IS', row.series_instances) })
  if (level === 'series') return json
  const syntax = { [computed.syntax]: { vr: 'UI', Value: [row.syntax] } }
  return Object.assign(json, JSON.parse(row.json), syntax)
}

/** Levels whose attributes are told: those that the URL does not name, and the one that is searched for. */
function toldLevels({ level, study, series }: SearchRequest): readonly QueryLevel[] {
  const above: QueryLevel[] = study === undefined ? ['study'] : []
  if (level === 'instance' && series === undefined) above.push('series')
  return [...new Set([...above, level])]
}

/** Whether a tag is told of a match (PS3.18 10.6.3.3): what its level tells, and what was asked for besides. */
export function isToldBy(request: SearchRequest): (tag: string) => boolean {
  const { level, include } = request
  const of = toldLevels(request)
  return (tag) =>
    tag === uidTags.study ||
    (tag === uidTags.series && level !== 'study') ||
    (include === 'all' ? of.some((one) => keptTags[one].has(tag)) || isOfNoLevel(tag) : include.has(tag)) ||
    of.some((one) => toldTags[one].has(tag)) ||
    (level === 'instance' && tag === computed.syntax)
}

/** What is told of a match, of what is `known` of it. */
export function resultOf(request: SearchRequest, known: DicomJson, row: FoundRow, root: string): DicomJson {
  const isTold = isToldBy(request)
  const json: { [tag: string]: DicomJsonElement } = {
    // All text in JSON is Unicode, whatever the files are in.
    [computed.characterSet]: { vr: 'CS', Value: ['ISO_IR 192'] },
    [computed.retrieveURL]: { vr: 'UR', Value: [`${root}${pathOf(row, request.level)}`] },
  }
  for (const [tag, element] of Object.entries(known)) if (isTold(tag)) json[tag] = element
  return json
}

/** Of a header that was read for this. */
function isOfNoLevel(tag: string): boolean {
  return !Object.values(keptTags).some((kept) => kept.has(tag))
}

function pathOf(row: FoundRow, level: QueryLevel): string {
  const study = `/studies/${row.study}`
  if (level === 'study') return study
  return `${study}/series/${row.series}${level === 'series' ? '' : `/instances/${row.uid}`}`
}
