import type { ListObjectsV2CommandOutput, _Object } from '@aws-sdk/client-s3'
import type { Call, Entry, Selection } from '@gantry/core/driver'

import { unquote } from './object/entry-of.ts'
import { askAgain } from './service/ask.ts'
import { decodeKey } from './service/decode-key.ts'
import type { Service } from './service/service.ts'

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
  const first = await page(service, { Prefix: key, MaxKeys: 1 }, call)
  for (const object of first.Contents ?? []) {
    const entry = entryOf(service, object)
    if (entry?.path === prefix) yield entry
  }
  yield* entriesBelow(service, `${key}/`, call)
}

async function* entriesBelow(service: Service, prefix: string, call: Call): AsyncGenerator<Entry, void, undefined> {
  let next: Promise<ListObjectsV2CommandOutput> | undefined = page(service, { Prefix: prefix }, call)
  while (next !== undefined) {
    const { Contents, IsTruncated, NextContinuationToken }: ListObjectsV2CommandOutput = await next
    next = undefined
    if (IsTruncated === true && NextContinuationToken !== undefined) {
      next = page(service, { Prefix: prefix, ContinuationToken: NextContinuationToken }, call)
    }
    // Whoever stops reading here must not be told of what the page would have failed with.
    next?.catch(() => {})
    for (const object of Contents ?? []) {
      const entry = entryOf(service, object)
      if (entry !== undefined) yield entry
    }
  }
}

async function page(
  service: Service,
  input: { Prefix: string; MaxKeys?: number; ContinuationToken?: string },
  call: Call,
): Promise<ListObjectsV2CommandOutput> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3')
  const command = new ListObjectsV2Command({ Bucket: service.settings.bucket, EncodingType: 'url', ...input })
  return await askAgain(service, call, async (client, options) => await client.send(command, options))
}

function entryOf(service: Service, { Key, Size, ETag, StorageClass }: _Object): Entry | undefined {
  const path = decodeKey(Key ?? '').slice(service.settings.prefix.length)
  const size = Size ?? 0
  // What consoles and other tools put where folders are to be seen.
  if (path === '' || (path.endsWith('/') && size === 0)) return undefined
  const version = unquote(ETag)
  return { path, size, tier: StorageClass ?? 'STANDARD', ...(version === undefined ? {} : { version }) }
}
