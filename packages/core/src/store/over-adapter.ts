import * as z from 'zod'

import { GantryError } from '../errors/gantry-error.ts'
import type { Adapter } from './adapter.ts'
import { parseOptions } from './parse-options.ts'
import { Store } from './store.ts'
import type { StoreDriver } from './store-driver.ts'

/** A storage that lies in another one, which a URL names behind a plus: `cod+s3://bucket/root`. */
export interface OverAdapter {
  /** `cod` for `cod+s3:`, `cod+file:` and so on. */
  readonly scheme: string
  /** One line for help texts. */
  readonly summary: string
  /** Options beyond those of the given store; none of them is called as one of those is. */
  readonly options: z.ZodObject
  /** Closing what this answers closes what was given. */
  readonly over: (given: Store, options: unknown) => StoreDriver
}

/** What `defineOverAdapter` makes one of. */
export interface OverAdapterDefinition<Schema extends z.ZodObject> {
  readonly scheme: string
  readonly summary: string
  readonly options: Schema
  readonly over: (given: Store, options: z.infer<Schema>) => StoreDriver
}

/** As `defineAdapter` does: options are checked here, once. */
export function defineOverAdapter<Schema extends z.ZodObject>(definition: OverAdapterDefinition<Schema>): OverAdapter {
  const { scheme, summary, options: schema } = definition
  return {
    scheme,
    summary,
    options: schema,
    over: (given, options) => definition.over(given, parseOptions(schema, options ?? {}, scheme)),
  }
}

/** The adapter of URLs such as `cod+s3:`: takes the options of both, and opens one over the other. */
export function layered(outer: OverAdapter, inner: Adapter): Adapter {
  const own = new Set(Object.keys(outer.options.shape))
  const clash = Object.keys(inner.options.shape).find((name) => own.has(name))
  if (clash !== undefined) {
    throw new GantryError('internal', `${outer.scheme} and ${inner.scheme} both have an option "${clash}".`)
  }
  return {
    scheme: `${outer.scheme}+${inner.scheme}`,
    summary: `${outer.summary}, in: ${inner.summary}`,
    options: z.strictObject({ ...inner.options.shape, ...outer.options.shape }),
    async open(url, options) {
      const given = Object.entries((options ?? {}) as Readonly<Record<string, unknown>>)
      const part = (mine: boolean) => Object.fromEntries(given.filter(([name]) => own.has(name) === mine))
      const within = url.slice(outer.scheme.length + 1)
      const store = new Store(await inner.open(within, part(false)), { url: within })
      try {
        const driver = outer.over(store, part(true))
        // It is where what holds it is.
        if (!('location' in driver)) driver.location = async () => (await store.location()) ?? store.url
        return driver
      } catch (error) {
        await store.close()
        throw error
      }
    },
  }
}
