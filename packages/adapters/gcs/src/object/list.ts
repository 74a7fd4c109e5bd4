import type { Call, Entry, Selection } from '@gantry/core/driver'
import { nextOf, retrying } from '@gantry/http'
import * as z from 'zod'

import type { Service } from '../service/service.ts'
import { isStaged } from '../upload/staged.ts'
import { entryOfResource, type Resource, resourceFields, resourceSchema } from './resource.ts'

const pageSchema = z.object({ nextPageToken: z.string().optional(), items: z.array(resourceSchema).optional() })
type Page = z.output<typeof pageSchema>

/** Objects at or below the prefix, in the order of their names; the next page is fetched while one is read. */
export async function* list(
  service: Service,
  selection: Selection,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  const { prefix = '' } = selection
  if (prefix !== '') {
    // Names like `prefix-2/…` sort between the two, and there may be millions of them.
    const { items = [] } = await fetchPage(service, { prefix: service.keyOf(prefix), maxResults: 1 }, call)
    const [first] = items
    const entry = first === undefined ? undefined : entryOf(service, first)
    if (entry?.path === prefix) yield entry
  }
  for await (const item of objectsBelow(service, service.keyOf(prefix === '' ? '' : `${prefix}/`), call)) {
    const entry = entryOf(service, item)
    if (entry !== undefined) yield entry
  }
}

/** What stands below a beginning of names. */
export async function* objectsBelow(
  service: Service,
  prefix: string,
  call: Call,
): AsyncGenerator<Resource, void, undefined> {
  let pageToken: string | undefined
  let next: Promise<Page> | undefined = fetchPage(service, { prefix }, call)
  while (next !== undefined) {
    const page: Page = await next
    pageToken = nextOf(page.nextPageToken, pageToken)
    next = pageToken === undefined ? undefined : fetchPage(service, { prefix, pageToken }, call)
    // Whoever stops reading here must not be told of what the page would have failed with.
    next?.catch(() => {})
    yield* page.items ?? []
  }
}

interface PageRequest {
  readonly prefix: string
  readonly maxResults?: number
  readonly pageToken?: string
}

async function fetchPage(service: Service, { prefix, ...more }: PageRequest, call: Call): Promise<Page> {
  const fields = `nextPageToken,items(${resourceFields})`
  const url = service.objectsUrl({ maxResults: 1000, ...(prefix !== '' && { prefix }), ...more, fields })
  // Without a report: what is listed is not what is transferred.
  const quiet = { signal: call.signal }
  return await retrying(call, async () => await service.json({ method: 'GET', url }, pageSchema, quiet))
}

function entryOf(service: Service, resource: Resource): Entry | undefined {
  const { prefix } = service.settings
  if (!resource.name.startsWith(prefix)) return undefined
  const path = resource.name.slice(prefix.length)
  // What consoles and other tools put where folders are to be seen, and what is on its way to its own name.
  if (path === '' || (path.endsWith('/') && resource.size === '0') || isStaged(path)) return undefined
  return entryOfResource(path, resource)
}
