import { compareKeys } from '../state/key-order.ts'

/** One thing of a list: an entry, or a prefix that stands for all entries that begin with it. */
export type Listed<Entry> =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'prefix'; readonly prefix: string }

export interface Page<Entry> {
  readonly items: readonly Listed<Entry>[]
  readonly truncated: boolean
}

export interface PageTerms {
  readonly prefix: string
  /** Empty: nothing is rolled up. */
  readonly delimiter: string
  readonly limit: number
  /** A prefix that an earlier page has listed already. */
  readonly listed?: string | undefined
}

/**
 * A page of sorted entries that begin with `prefix`, with what lies behind the next delimiter rolled up. The entries
 * are taken lazily, and no further than one beyond the page.
 */
export function pageOf<Entry>(
  entries: Iterable<Entry>,
  keyOf: (entry: Entry) => string,
  terms: PageTerms,
): Page<Entry> {
  const { prefix, delimiter, limit, listed } = terms
  const items: Listed<Entry>[] = []
  let rolled = listed
  for (const entry of entries) {
    const key = keyOf(entry)
    if (!key.startsWith(prefix)) {
      if (compareKeys(key, prefix) > 0) break
      continue
    }
    if (rolled !== undefined && key.startsWith(rolled)) continue
    if (items.length >= limit) return { items, truncated: limit > 0 }
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    if (cut === -1) {
      items.push({ kind: 'entry', entry })
    } else {
      rolled = key.slice(0, cut + delimiter.length)
      items.push({ kind: 'prefix', prefix: rolled })
    }
  }
  return { items, truncated: false }
}
