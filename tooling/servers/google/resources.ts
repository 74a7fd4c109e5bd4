import type { ServerResponse } from 'node:http'

import { rpcError } from './answer.ts'
import { permits } from './guard.ts'
import { list } from './list.ts'
import type { GoogleProject, Stores } from './options.ts'
import type { State } from './state.ts'

/** Where Cloud Healthcare is, whether a project has something there or not. */
const everywhere = ['us-central1', 'us-east4', 'europe-west2', 'europe-west4', 'asia-south1', 'us', 'eu'] as const

/** Resource Manager: `v3/projects:search`, and `v1/projects`, which calls things otherwise. */
export function listProjects(state: State, version: 1 | 3, query: URLSearchParams, response: ServerResponse): void {
  const filterName = version === 3 ? 'query' : 'filter'
  const filter = query.get(filterName)
  const [, begin] = /^id:([a-z][a-z0-9-]*)\*$/u.exec(filter ?? '') ?? []
  if (filter !== null && begin === undefined) return rpcError(response, 400, 'Request contains an invalid argument.')
  const found = (state.options.projects ?? []).filter(({ projectId }) => projectId.startsWith(begin ?? ''))
  const items = found.map(({ projectId, displayName = projectId, state: lifecycleState = 'ACTIVE' }, index) =>
    version === 3
      ? { name: `projects/${index + 1}`, projectId, displayName, state: lifecycleState }
      : { projectNumber: String(index + 1), projectId, name: displayName, lifecycleState },
  )
  const path = `/v${version}/projects`
  return list(state, query, { field: 'projects', items, path, filterName, largest: 500, beyond: 'less' }, response)
}

/** `projects/p/locations`, `.../datasets`, `.../dicomStores`: the path after `/v1/`. */
export function listResources(state: State, path: string, query: URLSearchParams, response: ServerResponse): void {
  const segments = path.split('/')
  const [, projectId, , location, , dataset] = segments
  const project = state.options.projects?.find((one) => one.projectId === projectId)
  const resource = segments.slice(0, -1).join('/')
  const kind = segments.at(-1)
  const datasets = location === undefined ? undefined : project?.locations?.[location]
  const known = location !== undefined && (everywhere as readonly string[]).includes(location)
  const page = { path, filterName: 'filter', largest: 1000, beyond: 'refuse' as const }
  const refused = (permission: string, exists: boolean) => !permits(state, { resource, permission, exists }, response)
  if (segments.length === 3 && kind === 'locations') {
    if (refused('healthcare.locations.list', project !== undefined)) return
    return list(state, query, { ...page, field: 'locations', items: locationsOf(project) }, response)
  }
  if (segments.length === 5 && kind === 'datasets') {
    if (refused('healthcare.datasets.list', project !== undefined && (known || datasets !== undefined))) return
    const items = Object.keys(datasets ?? {}).map((name) => ({ name: `${resource}/datasets/${name}`, timeZone: 'UTC' }))
    return list(state, query, { ...page, field: 'datasets', items }, response)
  }
  if (segments.length === 7 && kind === 'dicomStores') {
    const stores = dataset === undefined ? undefined : datasets?.[dataset]
    if (refused('healthcare.dicomStores.list', stores !== undefined)) return
    const items = storesOf(stores ?? []).map((name) => ({ name: `${resource}/dicomStores/${name}` }))
    return list(state, query, { ...page, field: 'dicomStores', items }, response)
  }
  return rpcError(response, 404, 'The requested URL was not found on this server.')
}

/** Whether there is such a store: `projects/p/locations/l/datasets/d/dicomStores/s`. */
export function hasStore(state: State, resource: string): boolean {
  const [, projectId, , location = '', , dataset = '', , store = ''] = resource.split('/')
  const project = state.options.projects?.find((one) => one.projectId === projectId)
  return storesOf(project?.locations?.[location]?.[dataset] ?? []).includes(store)
}

function locationsOf(project: GoogleProject | undefined) {
  const ids = new Set([...everywhere, ...Object.keys(project?.locations ?? {})])
  return [...ids].map((id) => ({ name: `projects/${project?.projectId}/locations/${id}`, locationId: id }))
}

function storesOf(stores: Stores): readonly string[] {
  if (typeof stores !== 'number') return stores
  return Array.from({ length: stores }, (_, index) => `store-${String(index).padStart(5, '0')}`)
}
