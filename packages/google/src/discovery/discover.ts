import { type Call, type Discovered, GantryError, isGantryError } from '@gantry/core/driver'
import { orderedMap } from '@gantry/core/side-by-side'

import { depth, healthcareUrlOf, isId, parseHealthcareUrl } from '../healthcare/healthcare-url.ts'
import type { GoogleApi } from './google-api.ts'
import { listProjects } from './list-projects.ts'
import { listDatasets, listDicomStores, listLocations } from './list-resources.ts'

/** Places that are looked into at a time. */
const atOnce = 8

const kinds = ['project', 'location', 'dataset', 'store'] as const

/**
 * What lies below a URL such as `healthcare://`, `healthcare://my-project` or `healthcare://my-project/us-central1/ct`,
 * lazily and page by page; `undefined` for one that names a store. Of the locations those are told that have datasets,
 * or do not let themselves be looked into. Where nothing has the name, what begins so is told: `healthcare://my-pro`.
 */
export function discover(api: GoogleApi, url: string, call: Call): AsyncIterable<Discovered> | undefined {
  const { ids, whole } = parseHealthcareUrl(url)
  if (ids.length >= depth) return undefined
  return whole ? placesBelow(api, ids, '', call) : belowOrBegun(api, ids, call)
}

async function* belowOrBegun(api: GoogleApi, ids: readonly string[], call: Call): AsyncGenerator<Discovered> {
  let count = 0
  let refusal: GantryError | undefined
  try {
    for await (const place of placesBelow(api, ids, '', call)) {
      count += 1
      yield place
    }
  } catch (error) {
    if (count > 0 || !isGantryError(error) || !mayBeBegun.has(error.code)) throw error
    refusal = error
  }
  if (count > 0) return
  for await (const place of begun(api, ids, refusal, call)) {
    count += 1
    yield place
  }
  if (count === 0 && refusal !== undefined) throw refusal
}

/** Google says of what does not exist that it is forbidden, too. */
const mayBeBegun: ReadonlySet<string> = new Set(['permission_denied', 'not_found', 'invalid'])

/** Siblings whose ids begin as the last one, and it itself with what it answered, where it is there after all. */
async function* begun(
  api: GoogleApi,
  ids: readonly string[],
  refusal: GantryError | undefined,
  call: Call,
): AsyncGenerator<Discovered> {
  const parent = ids.slice(0, -1)
  const last = ids.at(-1) ?? ''
  const url = healthcareUrlOf(ids)
  try {
    for await (const place of placesBelow(api, parent, last, call)) {
      if (place.url !== url) yield place
      else if (refusal !== undefined) yield { ...place, error: refusal }
    }
  } catch (error) {
    // That siblings are not told says less than what the place itself said.
    if (call.signal.aborted || refusal === undefined) throw error
  }
}

/** Those whose ids begin so. */
async function* placesBelow(
  api: GoogleApi,
  ids: readonly string[],
  prefix: string,
  call: Call,
): AsyncGenerator<Discovered> {
  const found = startingWith(idsBelow(api, ids, prefix, call), prefix)
  if (ids.length !== 1) {
    for await (const id of found) yield placeOf(ids, id)
    return
  }
  for await (const place of orderedMap(found, atOnce, async (id) => await lookInto(api, ids, id, call))) {
    if (place !== undefined) yield place
  }
}

async function* startingWith(ids: AsyncIterable<string>, prefix: string): AsyncGenerator<string> {
  for await (const id of ids) if (id.startsWith(prefix)) yield id
}

function idsBelow(api: GoogleApi, ids: readonly string[], prefix: string, call: Call): AsyncIterable<string> {
  const [project = '', location = '', dataset = ''] = ids
  if (ids.length === 0) return listProjects(api, { prefix }, call)
  if (ids.length === 1) return listLocations(api, project, call)
  if (ids.length === 2) return listDatasets(api, [project, location], call)
  return listDicomStores(api, [project, location, dataset], call)
}

/** A location, unless it has no dataset: every project has the same thirty. */
async function lookInto(
  api: GoogleApi,
  ids: readonly string[],
  location: string,
  call: Call,
): Promise<Discovered | undefined> {
  const place = placeOf(ids, location)
  if (place.error !== undefined) return place
  const [project = ''] = ids
  try {
    const { done } = await listDatasets(api, [project, location], call, { pageSize: 1 }).next()
    return done === true ? undefined : place
  } catch (error) {
    if (call.signal.aborted || !isGantryError(error) || error.code === 'unauthenticated') throw error
    return { ...place, error }
  }
}

function placeOf(parent: readonly string[], id: string): Discovered {
  const index = parent.length
  const place = { name: id, kind: kinds[index] ?? 'store', store: index === depth - 1 }
  if (isId(id, index)) return { ...place, url: healthcareUrlOf([...parent, id]) }
  const error = new GantryError('invalid', 'This name cannot be part of a URL, so it cannot be opened by one.')
  return { ...place, url: healthcareUrlOf(parent), store: false, error }
}
