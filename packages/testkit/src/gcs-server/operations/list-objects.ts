import { compareKeys, firstIndex } from '../../s3-server/state/key-order.ts'
import { GcsError } from '../protocol/gcs-error.ts'
import type { GcsBucket } from '../state/gcs-bucket.ts'
import type { GcsObject } from '../state/gcs-object.ts'
import { bucketOf, type GcsHandler, jsonAnswer } from './gcs-context.ts'
import { objectResource } from './object-resource.ts'

const mostResults = 1000

/** Names in the order of their bytes; what follows the delimiter is one prefix. A page counts both. */
export const listObjects: GcsHandler = (context) => {
  const { query, origin } = context.request
  const bucket = bucketOf(context)
  const text = (name: string) => query.get(name) ?? ''
  const prefix = text('prefix')
  const delimiter = text('delimiter')
  const end = text('endOffset')
  const limit = limitOf(query.get('maxResults'))
  const after = Buffer.from(text('pageToken'), 'base64').toString('utf8')
  const names = namesOf(bucket, query.get('versions') === 'true')
  const items: Readonly<Record<string, unknown>>[] = []
  const prefixes: string[] = []
  let last = after
  let more = false
  const start = [prefix, text('startOffset'), after].toSorted(compareKeys).at(-1) ?? ''
  for (let index = firstIndex(names, (name) => compareKeys(name, start) >= 0); index < names.length; index += 1) {
    const name = names[index] ?? ''
    if (end !== '' && compareKeys(name, end) >= 0) break
    if (!name.startsWith(prefix)) break
    const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
    const shown = cut === -1 ? name : name.slice(0, cut + delimiter.length)
    if (after !== '' && (compareKeys(shown, after) <= 0 || (cut !== -1 && shown === last))) continue
    if (cut !== -1 && prefixes.at(-1) === shown) continue
    if (items.length + prefixes.length >= limit) {
      more = true
      break
    }
    last = shown
    if (cut !== -1) prefixes.push(shown)
    else for (const object of generationsOf(bucket, name, query)) items.push(objectResource(bucket, object, origin))
  }
  return jsonAnswer({
    kind: 'storage#objects',
    ...(more && { nextPageToken: Buffer.from(last).toString('base64') }),
    ...(prefixes.length > 0 && { prefixes }),
    ...(items.length > 0 && { items }),
  })
}

function limitOf(text: string | null): number {
  const limit = Number(text ?? mostResults)
  if (!Number.isInteger(limit) || limit < 0) throw new GcsError('invalid')
  return limit === 0 ? mostResults : Math.min(limit, mostResults)
}

function namesOf(bucket: GcsBucket, versions: boolean): readonly string[] {
  const live = bucket.live.sortedKeys()
  return versions ? [...new Set([...live, ...bucket.archived.keys()])].sort(compareKeys) : live
}

function generationsOf(bucket: GcsBucket, name: string, query: URLSearchParams): readonly GcsObject[] {
  const live = bucket.live.get(name)
  const older = query.get('versions') === 'true' ? (bucket.archived.get(name) ?? []) : []
  return [...older, ...(live === undefined ? [] : [live])]
}
