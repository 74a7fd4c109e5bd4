import { type Call, isGantryError } from '@gantry/core/driver'
import * as z from 'zod'

import { type GoogleApi, ScopeRefusal } from './google-api.ts'
import { needed } from './missing-permission.ts'
import { type Page, pages } from './pages.ts'

/** The services choose a size where this is too large for them. */
const pageSize = 500

const pageToken = z.string().optional()
const searched = z.object({
  projects: z
    .array(z.looseObject({ projectId: z.string(), displayName: z.string().optional(), state: z.string().optional() }))
    .optional(),
  nextPageToken: pageToken,
})
const listed = z.object({
  projects: z
    .array(z.looseObject({ projectId: z.string(), name: z.string().optional(), lifecycleState: z.string().optional() }))
    .optional(),
  nextPageToken: pageToken,
})

export interface ProjectsOptions {
  /** Those whose id begins so. */
  readonly prefix?: string | undefined
}

/** Ids of the active projects that whoever asks can see, in no order. */
export async function* listProjects(
  api: GoogleApi,
  { prefix = '' }: ProjectsOptions,
  call: Call,
): AsyncGenerator<string, void, undefined> {
  for await (const id of pages(firstThatAnswers(api, prefix, call))) {
    if (id.startsWith(prefix)) yield id
  }
}

type FetchPage = (pageToken: string | undefined) => Promise<Page<string>>

/**
 * The search of Resource Manager v3, which wants a token for all of Google Cloud; with a narrower one the list of v1.
 * Both filter by the beginning of an id; where that is refused, all are listed. Decided by the first page.
 */
function firstThatAnswers(api: GoogleApi, prefix: string, call: Call): FetchPage {
  // Nothing that could be more of the query than a beginning.
  const filter = /^[a-z][a-z0-9-]*$/u.test(prefix) ? `id:${prefix}*` : undefined
  let fetch: FetchPage | undefined
  return async (token) => {
    if (fetch !== undefined) return await fetch(token)
    let last: unknown
    for (const attempt of [search(api, filter, call), search(api, undefined, call)]) {
      try {
        const page = await attempt(token)
        fetch = attempt
        return page
      } catch (error) {
        last = error
        if (filter === undefined || !isGantryError(error) || error.code !== 'invalid') break
      }
    }
    if (!(last instanceof ScopeRefusal)) throw last
    fetch = list(api, filter, call)
    return await fetch(token)
  }
}

function search(api: GoogleApi, query: string | undefined, call: Call): FetchPage {
  return async (token) => {
    const page = await api.get(
      {
        service: 'projects',
        path: '/v3/projects:search',
        query: { query, pageSize, pageToken: token },
        schema: searched,
        needed: needed.projects,
      },
      call,
    )
    const active = page.projects?.filter(({ state }) => state === undefined || state === 'ACTIVE') ?? []
    return { items: active.map(({ projectId }) => projectId), next: page.nextPageToken || undefined }
  }
}

function list(api: GoogleApi, filter: string | undefined, call: Call): FetchPage {
  return async (token) => {
    const page = await api.get(
      {
        service: 'projects',
        path: '/v1/projects',
        query: { filter, pageSize, pageToken: token },
        schema: listed,
        needed: needed.projects,
      },
      call,
    )
    const active = page.projects?.filter(({ lifecycleState: state }) => state === undefined || state === 'ACTIVE') ?? []
    return { items: active.map(({ projectId }) => projectId), next: page.nextPageToken || undefined }
  }
}
