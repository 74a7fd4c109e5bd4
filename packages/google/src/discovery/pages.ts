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
  const met = new Set<string>()
  let next: Promise<Page<Item>> | undefined = fetch(undefined)
  while (next !== undefined) {
    const page: Page<Item> = await next
    // Else a service that repeats itself would be listed for ever.
    if (page.next !== undefined && met.has(page.next)) {
      throw new GantryError('unavailable', 'The list goes round in a circle: try again.')
    }
    if (page.next !== undefined) met.add(page.next)
    next = page.next === undefined ? undefined : fetch(page.next)
    // Whoever stops reading here must not be told of what the page would have failed with.
    next?.catch(() => {})
    yield* page.items
  }
}
