import { type Call, type DicomJson, type DicomJsonElement, type Query, throwIfCancelled } from '@gantry/core/driver'
import { compileMatching } from '@gantry/dicom'

import type { Cod } from '../cod-parts.ts'
import { dataSetOf, textOf } from '../metadata/data-set-of.ts'
import { selected } from '../series/list-instances.ts'
import type { LoadedSeries } from '../series/series-cache.ts'
import { openFound } from '../series/trouble-of.ts'
import { toldOf } from './told-of.ts'

const modality = '00080060'
const modalitiesInStudy = '00080061'
const studyUid = '0020000D'
const seriesUid = '0020000E'
const relatedSeries = '00201206'
const relatedInstances = '00201208'
const seriesInstances = '00201209'

/**
 * Searches by what the metadata hold: each series' are read, of those that the query's UIDs leave. Series that cannot be
 * read match nothing, and are told.
 */
export async function* search(cod: Cod, query: Query, call: Call): AsyncGenerator<DicomJson, void, undefined> {
  const { level, match = {}, fuzzy = false, limit = Number.POSITIVE_INFINITY } = query
  const matches = compileMatching(match, { fuzzy, combineDateTime: true })
  const told = toldOf(query)
  let left = limit
  for await (const dataSet of candidates(cod, query, call)) {
    if (left < 1) return
    if (!isWithin(dataSet, query) || !matches(dataSet)) continue
    left -= 1
    yield told(dataSet, level)
  }
}

function isWithin(dataSet: DicomJson, { study, series }: Query): boolean {
  return (
    (study === undefined || textOf(dataSet, studyUid) === study) &&
    (series === undefined || textOf(dataSet, seriesUid) === series)
  )
}

/** A data set for each study, series or instance that there is. */
async function* candidates(cod: Cod, query: Query, call: Call): AsyncGenerator<DicomJson, void, undefined> {
  let study: StudySoFar | undefined
  for await (const series of seriesOf(cod, query, call)) {
    throwIfCancelled(call)
    if (query.level === 'instance') {
      for (const instance of series.instances.values()) {
        const dataSet = dataSetOf(instance)
        if (dataSet !== undefined) yield dataSet
      }
      continue
    }
    const first = firstOf(series)
    if (first === undefined) continue
    if (query.level === 'series') {
      yield { ...first, [seriesInstances]: count(series.instances.size) }
      continue
    }
    // Series of one study come one after another.
    if (study !== undefined && study.name !== series.name.study) {
      yield study.dataSet()
      study = undefined
    }
    study ??= new StudySoFar(series.name.study, first)
    study.add(first, series.instances.size)
  }
  if (study !== undefined) yield study.dataSet()
}

async function* seriesOf(cod: Cod, query: Query, call: Call): AsyncGenerator<LoadedSeries, void, undefined> {
  const { StudyInstanceUID: studies = query.study, SeriesInstanceUID: series = query.series } = query.match ?? {}
  const selection = { ...named('studies', studies), ...(query.level !== 'study' && named('series', series)) }
  for await (const found of selected(cod, selection, call)) {
    const opened = await openFound(cod, found, call)
    for (const trouble of opened.troubles) cod.settings.onTrouble?.(trouble)
    if (opened.series !== undefined) yield opened.series
  }
}

/** A list of UIDs as a key has it; a pattern names none. */
function named<Key extends string>(key: Key, value: string | undefined): { readonly [Name in Key]?: string[] } {
  const uids = value?.split(/[\\,]/u).map((uid) => uid.trim())
  const all = uids !== undefined && uids.length > 0 && uids.every((uid) => /^[0-9.]+$/u.test(uid))
  return (all ? { [key]: uids } : {}) as { readonly [Name in Key]?: string[] }
}

function firstOf({ instances }: LoadedSeries): DicomJson | undefined {
  for (const instance of instances.values()) {
    const dataSet = dataSetOf(instance)
    if (dataSet !== undefined) return dataSet
  }
  return undefined
}

/** What is gathered of a study, series by series: what all share is that of the first. */
class StudySoFar {
  readonly name: string
  readonly #first: DicomJson
  readonly #modalities = new Set<string>()
  #series = 0
  #instances = 0

  constructor(name: string, first: DicomJson) {
    this.name = name
    this.#first = first
  }

  add(first: DicomJson, instances: number): void {
    const kind = textOf(first, modality)
    if (kind !== undefined) this.#modalities.add(kind)
    this.#series += 1
    this.#instances += instances
  }

  dataSet(): DicomJson {
    return {
      ...this.#first,
      [modalitiesInStudy]: { vr: 'CS', Value: [...this.#modalities].sort() },
      [relatedSeries]: count(this.#series),
      [relatedInstances]: count(this.#instances),
    }
  }
}

function count(number: number): DicomJsonElement {
  return { vr: 'IS', Value: [number] }
}
