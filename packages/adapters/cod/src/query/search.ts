import { type Call, type DicomJson, type DicomJsonElement, type Query, throwIfCancelled } from '@gantry/core/driver'
import { compileMatching } from '@gantry/dicom'

import type { Cod } from '../cod-parts.ts'
import { dataSetWith, textOf } from '../metadata/data-set-of.ts'
import { selected } from '../series/list-instances.ts'
import type { LoadedSeries } from '../series/series-cache.ts'
import { isMissed, openFound, tellTroubles } from '../series/trouble-of.ts'
import { toldOf } from './told-of.ts'

const modality = '00080060'
const modalitiesInStudy = '00080061'
const studyUid = '0020000D'
const seriesUid = '0020000E'
const relatedSeries = '00201206'
const relatedInstances = '00201208'
const seriesInstances = '00201209'

/**
 * Searches by what the metadata hold: each series' are read, of those that the query's UIDs leave. A series that cannot be
 * read is known by what its folders are called, unless it is to be skipped: who moves study by study must come to it.
 */
export async function* search(cod: Cod, query: Query, call: Call): AsyncGenerator<DicomJson, void, undefined> {
  const { match = {}, fuzzy = false, limit = Number.POSITIVE_INFINITY } = query
  const matches = compileMatching(match, { fuzzy, combineDateTime: true })
  const { wants, told } = toldOf(query)
  let left = limit
  for await (const dataSet of candidates(cod, query, wants, call)) {
    if (left < 1) return
    if (!isWithin(dataSet, query) || !matches(dataSet)) continue
    left -= 1
    yield told(dataSet)
  }
}

function isWithin(dataSet: DicomJson, { study, series }: Query): boolean {
  return (
    (study === undefined || textOf(dataSet, studyUid) === study) &&
    (series === undefined || textOf(dataSet, seriesUid) === series)
  )
}

/** A data set for each study, series or instance that there is. */
async function* candidates(
  cod: Cod,
  query: Query,
  wants: (tag: string) => boolean,
  call: Call,
): AsyncGenerator<DicomJson, void, undefined> {
  let study: StudySoFar | undefined
  for await (const series of seriesOf(cod, query, call)) {
    throwIfCancelled(call)
    if (query.level === 'instance') {
      for (const instance of series.instances.values()) {
        throwIfCancelled(call)
        const dataSet = await dataSetWith(instance, wants)
        if (dataSet !== undefined) yield dataSet
      }
      continue
    }
    const known = await firstOf(series, wants)
    const first = known ?? (series.readable ? undefined : named(series))
    if (first === undefined) continue
    if (query.level === 'series') {
      yield known === undefined ? first : { ...known, [seriesInstances]: count(series.instances.size) }
      continue
    }
    // Series of one study come one after another.
    if (study !== undefined && study.name !== series.name.study) {
      yield study.dataSet()
      study = undefined
    }
    study ??= new StudySoFar(series.name.study)
    study.add(first, series.instances.size, known !== undefined)
  }
  if (study !== undefined) yield study.dataSet()
}

/** A series, as far as it can be read. */
type Candidate = Pick<LoadedSeries, 'name' | 'instances'> & { readonly readable: boolean }

async function* seriesOf(cod: Cod, query: Query, call: Call): AsyncGenerator<Candidate, void, undefined> {
  const { StudyInstanceUID: studies = query.study, SeriesInstanceUID: series = query.series } = query.match ?? {}
  const selection = { ...uidsOf('studies', studies), ...(query.level !== 'study' && uidsOf('series', series)) }
  const { skipUnreadable } = cod.settings
  for await (const found of selected(cod, selection, call)) {
    const opened = await openFound(cod, found, call)
    tellTroubles(cod, opened.troubles, call)
    if (opened.series !== undefined) {
      const { name, instances } = opened.series
      yield { name, instances, readable: true }
    } else if (!skipUnreadable && isMissed(opened)) {
      yield { name: found, instances: new Map(), readable: false }
    }
  }
}

/** A list of UIDs as a key has it; a pattern names none. */
function uidsOf<Key extends string>(key: Key, value: string | undefined): { readonly [Name in Key]?: string[] } {
  const uids = value?.split(/[\\,]/u).map((uid) => uid.trim())
  const all = uids !== undefined && uids.length > 0 && uids.every((uid) => /^[0-9.]+$/u.test(uid))
  return (all ? { [key]: uids } : {}) as { readonly [Name in Key]?: string[] }
}

async function firstOf({ instances }: Candidate, wants: (tag: string) => boolean): Promise<DicomJson | undefined> {
  for (const instance of instances.values()) {
    const dataSet = await dataSetWith(instance, wants)
    if (dataSet !== undefined) return dataSet
  }
  return undefined
}

/** What the folders of a series that cannot be read tell of it. */
function named({ name }: Candidate): DicomJson {
  return { [studyUid]: { vr: 'UI', Value: [name.study] }, [seriesUid]: { vr: 'UI', Value: [name.series] } }
}

/** What is gathered of a study, series by series: what all share is that of the first. */
class StudySoFar {
  readonly name: string
  #first: DicomJson = {}
  #readable = false
  readonly #modalities = new Set<string>()
  #series = 0
  #instances = 0

  constructor(name: string) {
    this.name = name
  }

  add(first: DicomJson, instances: number, readable: boolean): void {
    if (this.#series === 0 || (readable && !this.#readable)) this.#first = first
    this.#readable ||= readable
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
