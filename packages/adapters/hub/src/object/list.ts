import { type Call, type Entry, type Selection } from '@gantry/core/driver'
import { type HubObject, hubObjectsSchema } from '@gantry/core/hub'
import { retrying } from '@gantry/http'

import type { Service } from '../service.ts'
import { entryOfObject } from './entry-of.ts'

const pageSize = 1000

/** Objects at or below the prefix, in the order of their paths; the next page is fetched while one is read. */
export async function* list(
  service: Service,
  selection: Selection,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  const { prefix = '' } = selection
  for await (const object of pages(async (after) => await fetchPage(service, prefix, after, call))) {
    const path = service.below(object.path, prefix)
    if (path !== undefined) yield entryOfObject(path, object)
  }
}

async function fetchPage(service: Service, prefix: string, after: string | undefined, call: Call) {
  const query = { prefix: service.above(prefix), after, limit: pageSize }
  return await retrying(call, async () => {
    return await service.json({ method: 'GET', path: ['v1', 'objects'], query }, hubObjectsSchema, call)
  })
}

type Page = { readonly objects: readonly HubObject[]; readonly next?: string | undefined }

async function* pages(fetch: (after: string | undefined) => Promise<Page>): AsyncGenerator<HubObject, void, undefined> {
  let next: Promise<Page> | undefined = fetch(undefined)
  while (next !== undefined) {
    const page: Page = await next
    next = page.next === undefined ? undefined : fetch(page.next)
    // Whoever stops reading here must not be told of what the page would have failed with.
    next?.catch(() => {})
    yield* page.objects
  }
}
