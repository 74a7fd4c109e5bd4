import { GantryError } from '@gantry/core/driver'

/** A page; one without items says nothing of whether more follow. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | undefined
}

/** The items of all pages, lazily: the next page is fetched while one is read, and no other. */
export async function* pages<Item>(
  fetch: (pageToken: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let token: string | undefined
  let next: Promise<Page<Item>> | undefined = fetch(undefined)
  while (next !== undefined) {
    const page: Page<Item> = await next
    // Else a service that repeats itself would be listed for ever.
    if (page.next !== undefined && page.next === token) {
      throw new GantryError('unavailable', 'The list goes round in a circle: try again.')
    }
    token = page.next
    next = token === undefined ? undefined : fetch(token)
    // Whoever stops reading here must not be told of what the page would have failed with.
    next?.catch(() => {})
    yield* page.items
  }
}
