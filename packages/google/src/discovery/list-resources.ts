import type { Call } from '@gantry/core/driver'
import * as z from 'zod'

import type { GoogleApi } from './google-api.ts'
import { needed } from './missing-permission.ts'
import { pages } from './pages.ts'

/** What the API takes at most; it is 100 where nothing is said. */
const largestPage = 1000

const resource = z.looseObject({ name: z.string() })
const page = z.object({
  locations: z.array(resource).optional(),
  datasets: z.array(resource).optional(),
  dicomStores: z.array(resource).optional(),
  nextPageToken: z.string().optional(),
})

interface ListOptions {
  readonly pageSize?: number
}

/** Ids of the locations that a project can have datasets in. */
export function listLocations(api: GoogleApi, project: string, call: Call): AsyncGenerator<string, void, undefined> {
  return list(api, [project], 'locations', {}, call)
}

/** Ids of the datasets of a location. */
export function listDatasets(
  api: GoogleApi,
  parent: readonly [project: string, location: string],
  call: Call,
  options: ListOptions = {},
): AsyncGenerator<string, void, undefined> {
  return list(api, parent, 'datasets', options, call)
}

/** Ids of the DICOM stores of a dataset. */
export function listDicomStores(
  api: GoogleApi,
  parent: readonly [project: string, location: string, dataset: string],
  call: Call,
): AsyncGenerator<string, void, undefined> {
  return list(api, parent, 'dicomStores', {}, call)
}

const collections = ['projects', 'locations', 'datasets', 'dicomStores'] as const
const needs = { locations: needed.locations, datasets: needed.datasets, dicomStores: needed.stores } as const

/** `/projects/p/locations/l` of `['p', 'l']`. */
export function resourcePath(ids: readonly string[]): string {
  return ids.map((id, index) => `/${collections[index]}/${encodeURIComponent(id)}`).join('')
}

async function* list(
  api: GoogleApi,
  parent: readonly string[],
  collection: 'locations' | 'datasets' | 'dicomStores',
  { pageSize = largestPage }: ListOptions,
  call: Call,
): AsyncGenerator<string, void, undefined> {
  const path = `/v1${resourcePath(parent)}/${collection}`
  yield* pages(async (pageToken) => {
    const answer = await api.get(
      { service: 'healthcare', path, query: { pageSize, pageToken }, schema: page, needed: needs[collection] },
      call,
    )
    const items = answer[collection] ?? []
    return { items: items.map(({ name }) => lastSegment(name)), next: answer.nextPageToken || undefined }
  })
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}
