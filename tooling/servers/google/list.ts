import type { ServerResponse } from 'node:http'

import { json, rpcError } from './answer.ts'
import type { State } from './state.ts'

export interface Listing {
  /** Name of the list in the answer. */
  readonly field: string
  readonly items: readonly unknown[]
  /** What else the list depends on: a page's token is good for the same alone. */
  readonly path: string
  readonly filterName: string
  readonly largest: number
  /** Where more is asked for: less, or a refusal. */
  readonly beyond: 'less' | 'refuse'
}

/** A page of a list, as Google's APIs page: opaque tokens, and no list at all where it would be empty. */
export function list(state: State, query: URLSearchParams, listing: Listing, response: ServerResponse): void {
  const { field, items, path, filterName, largest, beyond } = listing
  for (const name of query.keys()) {
    if (![filterName, 'pageSize', 'pageToken'].includes(name)) {
      return rpcError(
        response,
        400,
        `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter.`,
      )
    }
  }
  const asked = query.get('pageSize') ?? '100'
  if (!/^\d{1,9}$/u.test(asked) || (Number(asked) > largest && beyond === 'refuse')) {
    return rpcError(response, 400, `Invalid page size: must be at most ${largest}.`)
  }
  const { largestPage = largest, emptyPages = 0 } = state.options
  const size = Math.min(Number(asked) || 100, largest, largestPage)
  const same = `${path}?${query.get(filterName) ?? ''}`
  const at = readToken(query.get('pageToken'), same)
  if (at === undefined) return rpcError(response, 400, 'The page token is not one of this list.')
  const { offset, page } = at
  const isEmpty = emptyPages > 0 && page % emptyPages === emptyPages - 1
  const end = isEmpty ? offset : offset + size
  const shown = items.slice(offset, end)
  const next = end < items.length ? { nextPageToken: writeToken(same, end, page + 1) } : {}
  return json(response, 200, { ...(shown.length > 0 && { [field]: shown }), ...next })
}

function writeToken(same: string, offset: number, page: number): string {
  return Buffer.from(JSON.stringify([same, offset, page])).toString('base64url')
}

function readToken(text: string | null, same: string): { readonly offset: number; readonly page: number } | undefined {
  if (text === null || text === '') return { offset: 0, page: 0 }
  try {
    const [forList, offset, page] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, number, number]
    return forList === same ? { offset, page } : undefined
  } catch {
    return undefined
  }
}
