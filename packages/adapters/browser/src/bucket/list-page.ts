import type { Entry } from '@gantry/core/driver'
import { parseBucketList } from '@gantry/http'

export interface ListedPage {
  /** By their keys. */
  readonly objects: readonly (Entry & { readonly size: number })[]
  /** What the next page is asked for with. */
  readonly next: string | undefined
}

/** One page of ListObjectsV2 with `encoding-type=url`, that was asked for with `token`. */
export function parsePage(xml: string, token?: string): ListedPage {
  const { objects, encoded, next } = parseBucketList(xml, token)
  const read = objects.map(({ key, size, lastModified }) => {
    const modified = Date.parse(lastModified ?? '')
    return { path: encoded ? decoded(key) : key, size, ...(Number.isFinite(modified) && { modified }) }
  })
  return { objects: read, next }
}

/** Some services write a blank as a plus. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}
