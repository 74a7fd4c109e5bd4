import { type Call, type DicomJson, type Entry, GantryError, type Query, type Selection } from '@gantry/core/driver'

import { type Resource, segmentsOf } from '../retrieve/resource.ts'
import type { Counted } from '../search/plan-search.ts'
import { search } from '../search/search.ts'
import type { Service } from '../service.ts'
import { LackingError } from '../told-parts.ts'
import { ahead, type Listing } from './ahead.ts'
import type { Counts } from './counts.ts'
import { eager } from './eager.ts'
import { countOf, entryOf, uidOf, unnamed } from './entry-of.ts'
import { scopeOf } from './scope.ts'
import { stoppable } from './stoppable.ts'

/** Series whose instances are asked for at a time. */
const atOnce = 4
/** What has no more instances is held while others are given. */
const fewInstances = 1000

type Matches = AsyncIterable<DicomJson>
type Found = AsyncGenerator<DicomJson, void, undefined>

/**
 * Instances, study by study and series by series, page by page. Studies, series and instances of the selection, dates and
 * a modality go into the queries; `Store` checks every entry again.
 */
export async function* list(
  service: Service,
  counts: Counts,
  selection: Selection,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  const scope = scopeOf(selection.prefix ?? '')
  if (scope === undefined) return
  const { call: own, stop } = stoppable(call)
  const lacking: { first?: LackingError } = {}
  const asking = askOf(service, lacking)
  try {
    yield* listScope(asking, counts, { scope, selection }, own)
  } finally {
    stop()
  }
  if (lacking.first !== undefined) yield { path: `./${selection.prefix || 'studies'}/`, refused: lacking.first }
}

interface Asked {
  readonly scope: Partial<Resource>
  readonly selection: Selection
}

/** What is named by its path is asked for at once, and not only when what it is in has been found. */
async function* listScope(
  asking: Asking,
  counts: Counts,
  asked: Asked,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  const { scope, selection } = asked
  const ask = asking(call)
  const found = eager(studies(ask, scope, selection))
  const told = Promise.withResolvers<number | undefined>()
  const named = narrowed(scope.study, selection.studies)?.includes(scope.study ?? '') === true
  const begun = named ? begunBelow(ask, asked, told.promise) : undefined
  try {
    for await (const study of found) {
      const studyUid = uidOf(study, 'study')
      if (studyUid === undefined) {
        yield unnamed(study)
        continue
      }
      const all = (studyUid === scope.study ? begun?.series : undefined) ?? seriesOf(ask, scope, selection, studyUid)
      const listings = async function* (): AsyncGenerator<Listing<Entry>, void, undefined> {
        for await (const series of all) {
          const above = { ...study, ...series }
          const instances = uidOf(above, 'series') === scope.series ? begun?.instances : undefined
          if (instances !== undefined) told.resolve(countOf(above))
          yield {
            short: (countOf(above) ?? Infinity) <= fewInstances,
            list: (own) => instancesOf(asking(own), counts, asked, { above, study: studyUid, begun: instances }),
          }
        }
      }
      yield* ahead(listings(), atOnce, call)
    }
  } finally {
    // Nobody waits any more for what was not told.
    told.resolve(undefined)
  }
}

/** The series of the study that a path names, and the instances of its series. */
function begunBelow(ask: Ask, { scope, selection }: Asked, counted: Promise<number | undefined>) {
  const { study = '', series, instance } = scope
  const whole = series !== undefined && instance === undefined && selection.instances === undefined
  return {
    series: eager(seriesOf(ask, scope, selection, study)),
    instances: whole ? eager(ask({ level: 'instance', study, series }, counted)) : undefined,
  }
}

type Ask = (query: Query, counted?: Counted) => Found

type Asking = (call: Call) => Ask

/** Searches that go on where the service does not know of all that it keeps: that is said once, at the end. */
function askOf(service: Service, lacking: { first?: LackingError }): Asking {
  return (call) =>
    async function* (query, counted) {
      try {
        yield* search(service, query, call, counted)
      } catch (error) {
        if (!(error instanceof LackingError)) throw error
        lacking.first ??= error
      }
    }
}

type Match = Readonly<Record<string, string>>

async function* studies(ask: Ask, scope: Partial<Resource>, selection: Selection): Found {
  const days = daysOf(selection)
  const match: Match = days === undefined ? {} : { StudyDate: days }
  const uids = narrowed(scope.study, selection.studies)
  if (uids !== undefined) {
    for (const uid of uids) yield* ask({ level: 'study', match: { ...match, StudyInstanceUID: uid } })
    return
  }
  const { series, instances } = selection
  // Those that are named by what lies below them are found by it.
  const below = series?.map((uid) => ({ SeriesInstanceUID: uid })) ?? instances?.map((uid) => ({ SOPInstanceUID: uid }))
  if (below === undefined) {
    yield* ask({ level: 'study', match })
    return
  }
  const seen = new Set<string>()
  for (const one of below) {
    for await (const found of ask({ level: series === undefined ? 'instance' : 'series', match: one })) {
      const uid = uidOf(found, 'study')
      if (uid === undefined || seen.has(uid)) continue
      seen.add(uid)
      yield* ask({ level: 'study', match: { ...match, StudyInstanceUID: uid } })
    }
  }
}

async function* seriesOf(ask: Ask, scope: Partial<Resource>, selection: Selection, study: string): Found {
  const [modality, ...others] = selection.modalities ?? []
  const match: Match = modality === undefined || others.length > 0 ? {} : { Modality: modality.toUpperCase() }
  const uids = narrowed(scope.series, selection.series)
  if (uids === undefined) yield* ask({ level: 'series', study, match })
  for (const uid of uids ?? []) yield* ask({ level: 'series', study, match: { ...match, SeriesInstanceUID: uid } })
}

interface Series {
  /** What is told of it and its study. */
  readonly above: DicomJson
  readonly study: string
  /** Its instances, where they were asked for already. */
  readonly begun: Matches | undefined
}

async function* instancesOf(
  ask: Ask,
  counts: Counts,
  { scope, selection }: Asked,
  { above, study, begun }: Series,
): AsyncGenerator<Entry, void, undefined> {
  const series = uidOf(above, 'series')
  if (series === undefined) {
    yield unnamed(above)
    return
  }
  const uids = narrowed(scope.instance, selection.instances)
  const told = countOf(above)
  if (told !== undefined) counts.set(series, told)
  for (const uid of uids ?? []) {
    yield* entriesOf(ask({ level: 'instance', study, series, match: { SOPInstanceUID: uid } }), above)
  }
  if (uids !== undefined) return
  let count = 0
  for await (const entry of entriesOf(begun ?? ask({ level: 'instance', study, series }, told), above)) {
    count += 1
    yield entry
  }
  counts.set(series, count)
  // Some may have been removed meanwhile.
  if (told !== undefined && count < told && count < (await toldOf(ask, study, series))) yield short(study, series)
}

/** How many instances the service says by now that a series has. */
async function toldOf(ask: Ask, study: string, series: string): Promise<number> {
  let most = 0
  for await (const found of ask({ level: 'series', study, match: { SeriesInstanceUID: series } })) {
    most = Math.max(most, countOf(found) ?? 0)
  }
  return most
}

/** What stands for instances of a series that are there, and that nobody can name. */
function short(study: string, series: string): Entry {
  const refused = new GantryError(
    'integrity',
    'The DICOMweb service lists fewer instances of a series than it says that there are: those that it listed are not all.',
  )
  return { path: `./${segmentsOf({ study, series }).join('/')}/`, refused }
}

async function* entriesOf(found: Matches, above: DicomJson): AsyncGenerator<Entry, void, undefined> {
  for await (const instance of found) {
    const all = { ...above, ...instance }
    yield entryOf(all) ?? unnamed(all)
  }
}

/** The UIDs that both the prefix and the selection name; `undefined` where neither does. */
function narrowed(scoped: string | undefined, selected: readonly string[] | undefined): readonly string[] | undefined {
  if (scoped === undefined) return selected === undefined ? undefined : [...new Set(selected)]
  return selected === undefined || selected.includes(scoped) ? [scoped] : []
}

/** A range of study dates as QIDO has it. */
function daysOf({ since, until }: Selection): string | undefined {
  if (since === undefined && until === undefined) return undefined
  const day = (date: string | undefined) => date?.replaceAll('-', '') ?? ''
  return `${day(since)}-${day(until)}`
}
