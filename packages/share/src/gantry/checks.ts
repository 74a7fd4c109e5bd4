import { GantryError, type Source, sourceSchema } from '@gantry/core'

/** One, or several. */
export type Some<Item> = Item | readonly Item[]

/** Files of one call; a folder of more is loaded in several. */
const mostFiles = 1_000_000

/** The items of a list, or the only one, each checked; `invalid` for anything else. */
export function someOf<Item>(some: unknown, is: (item: unknown) => item is Item, what: string): readonly Item[] {
  const items: readonly unknown[] = Array.isArray(some) ? some : [some]
  if (items.every(is)) return items
  throw new GantryError('invalid', `What was given is not ${what}, or a list of such.`)
}

/** The items of an `ArrayLike`, such as a `FileList`. */
export function itemsOf(list: unknown): readonly unknown[] {
  const length: unknown = typeof list === 'object' && list !== null && 'length' in list ? list.length : undefined
  if (typeof length === 'number' && Number.isInteger(length) && length >= 0 && length <= mostFiles) {
    return Array.from(list as ArrayLike<unknown>)
  }
  throw new GantryError('invalid', `Files are given as a list of up to ${mostFiles}.`)
}

export function checkText(text: unknown, what: string): string {
  if (typeof text === 'string') return text
  throw new GantryError('invalid', `${what} is a string.`)
}

/** What a misspelt option was to forbid would be allowed, and nobody told: callers without a compiler hand in anything. */
export function checkKeys<Options extends object>(
  options: Options,
  known: { readonly [Key in keyof Required<Options>]: true },
  what: string,
): void {
  const strange = Object.keys(options).find((key) => !Object.hasOwn(known, key))
  if (strange === undefined) return
  throw new GantryError(
    'invalid',
    `${what} has no option "${strange.slice(0, 40)}"; there are: ${Object.keys(known).join(', ')}.`,
  )
}

export function checkSource(source: unknown): Source {
  const parsed = sourceSchema.safeParse(source)
  if (parsed.success) return parsed.data
  // Without its cause, which may quote what is secret.
  throw new GantryError('invalid', 'This is no source of a workspace.')
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
