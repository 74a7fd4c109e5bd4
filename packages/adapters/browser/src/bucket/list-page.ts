import { type Entry, GantryError } from '@gantry/core/driver'
import { elementOf } from '@gantry/http'

export interface ListedPage {
  /** By their keys. */
  readonly objects: readonly (Entry & { readonly size: number })[]
  /** What the next page is asked for with. */
  readonly next: string | undefined
}

/**
 * One page of ListObjectsV2 with `encoding-type=url`: flat XML that programs write. Not by a parser of the platform, because
 * workers have none.
 */
export function parsePage(xml: string): ListedPage {
  if (!/<\/ListBucketResult>\s*$/u.test(xml)) {
    throw new GantryError('unavailable', 'The bucket did not answer with a list, or not with all of it.')
  }
  const encoded = elementOf(xml, 'EncodingType') === 'url'
  const objects: ListedPage['objects'][number][] = []
  let at = xml.indexOf('<Contents>')
  const head = at < 0 ? xml : xml.slice(0, at) + xml.slice(xml.lastIndexOf('</Contents>'))
  while (at >= 0) {
    const end = xml.indexOf('</Contents>', at)
    const contents = xml.slice(at, end)
    const key = elementOf(contents, 'Key') ?? ''
    const modified = Date.parse(elementOf(contents, 'LastModified') ?? '')
    objects.push({
      path: encoded ? decoded(key) : key,
      size: Number(elementOf(contents, 'Size') ?? 0),
      ...(Number.isFinite(modified) && { modified }),
    })
    at = xml.indexOf('<Contents>', end)
  }
  const truncated = elementOf(head, 'IsTruncated') === 'true'
  const next = truncated ? elementOf(head, 'NextContinuationToken') : undefined
  if (truncated && next === undefined) {
    throw new GantryError('unsupported', 'The bucket does not list page by page: it ends without saying where.')
  }
  return { objects, next }
}

/** Some services write a blank as a plus. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}
