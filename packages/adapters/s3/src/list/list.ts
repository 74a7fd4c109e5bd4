import type { Call, Entry, Selection } from '@gantry/core/driver'
import type { BucketList, BucketObject } from '@gantry/http'

import { unquote } from '../object/entry-of.ts'
import { retrying } from '../service/retrying.ts'
import type { Service } from '../service/service.ts'
import { listPage, type PageRequest } from './list-page.ts'

/**
 * Objects below the prefix, in the order of their keys; the next page is fetched while one is read.
 *
 * Entries come without `modified`: S3 lists its own time of writing, and only HEAD tells the time that was given.
 */
export async function* list(
  service: Service,
  selection: Selection,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  const { prefix } = selection
  if (prefix === undefined || prefix === '') {
    yield* entriesBelow(service, service.settings.prefix, call)
    return
  }
  // Keys like `prefix-2/…` sort between the two, and there may be millions of them.
  const key = service.keyOf(prefix)
  const { objects } = await fetchPage(service, { prefix: key, maxKeys: 1 }, call)
  for (const object of objects) {
    const entry = entryOf(service, object)
    if (entry?.path === prefix) yield entry
  }
  yield* entriesBelow(service, `${key}/`, call)
}

async function* entriesBelow(service: Service, prefix: string, call: Call): AsyncGenerator<Entry, void, undefined> {
  let next: Promise<BucketList> | undefined = fetchPage(service, { prefix }, call)
  while (next !== undefined) {
    const page: BucketList = await next
    next = page.next === undefined ? undefined : fetchPage(service, { prefix, token: page.next }, call)
    // Whoever stops reading here must not be told of what the page would have failed with.
    next?.catch(() => {})
    for (const object of page.objects) {
      const entry = entryOf(service, object)
      if (entry !== undefined) yield entry
    }
  }
}

async function fetchPage(service: Service, request: PageRequest, call: Call): Promise<BucketList> {
  return await retrying(call, async () => await listPage(service, request, call))
}

function entryOf(service: Service, { key, size, etag, storageClass }: BucketObject): Entry | undefined {
  const path = key.slice(service.settings.prefix.length)
  // What consoles and other tools put where folders are to be seen.
  if (path === '' || (path.endsWith('/') && size === 0)) return undefined
  const version = unquote(etag)
  return { path, size, tier: storageClass ?? 'STANDARD', ...(version === undefined ? {} : { version }) }
}
