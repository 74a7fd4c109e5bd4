import * as z from 'zod'

import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import type { Call } from './call.ts'
import { parseOptions } from './parse-options.ts'
import { Store } from './store.ts'
import type { StoreDriver } from './store-driver.ts'
import { withoutSecrets } from './without-secrets.ts'

/** A storage that can be opened from a URL; what `defineAdapter` makes. */
export interface Adapter {
  /** `s3` for `s3://bucket/prefix`. */
  readonly scheme: string
  /** One line for help texts. */
  readonly summary: string
  /** Options beyond the URL: gives the CLI its help, the docs their tables and the configuration its types. */
  readonly options: z.ZodObject
  readonly open: (url: string, options: unknown) => StoreDriver | Promise<StoreDriver>
  /**
   * For schemes whose URLs can stop short of a store (a project, a dataset): what lies below such a URL, page by page;
   * `undefined` for one that names a store. A last segment that is only begun is completed.
   */
  readonly discover?: (url: string, options: unknown, call: Call) => AsyncIterable<Discovered> | undefined
}

/** A place that a URL names which stops short of a store, or a store. */
export interface Discovered {
  readonly url: string
  readonly name: string
  /** What the service calls such a place: `project`, `dataset`. */
  readonly kind: string
  /** It can be opened; what is not a store can be discovered further. */
  readonly store: boolean
  /** Set where the service refused to tell what it is, or what lies below: the others are told all the same. */
  readonly error?: GantryError
}

/** What `defineAdapter` makes an adapter of. */
export interface AdapterDefinition<Schema extends z.ZodObject> {
  readonly scheme: string
  readonly summary: string
  readonly options: Schema
  readonly open: (url: string, options: z.infer<Schema>) => StoreDriver | Promise<StoreDriver>
  /** See `Adapter`. */
  readonly discover?: (url: string, options: z.infer<Schema>, call: Call) => AsyncIterable<Discovered> | undefined
}

/**
 * Registers a scheme: its options are checked here, once, before the adapter sees them. `open` is given a whole URL, with
 * whatever folder somebody wrote behind the place, `scheme://place/2026/ct`: the store that it opens begins there.
 */
export function defineAdapter<Schema extends z.ZodObject>(definition: AdapterDefinition<Schema>): Adapter {
  const { scheme, summary, options: schema, discover } = definition
  const checked = (options: unknown) => parseOptions(schema, options ?? {}, scheme)
  return {
    scheme,
    summary,
    options: schema,
    open: (url, options) => definition.open(url, checked(options)),
    ...(discover !== undefined && { discover: (url, options, call) => discover(url, checked(options), call) }),
  }
}

/** Opens the store that a URL names, with the one of `adapters` that has its scheme. */
export async function openStore(url: string, adapters: readonly Adapter[], options: unknown = {}): Promise<Store> {
  const scheme = /^([a-z][a-z0-9+.-]*):/u.exec(url)?.[1]
  if (scheme === undefined) throw new GantryError('invalid', 'A store is named by a URL such as s3://bucket/prefix.')
  const adapter = adapters.find((candidate) => candidate.scheme === scheme)
  if (adapter === undefined) {
    const known = adapters.map((candidate) => candidate.scheme).join(', ')
    throw new GantryError('invalid', `No adapter for "${scheme}:" is configured; there are: ${known}.`)
  }
  return new Store(await open(adapter, url, options), { url })
}

async function open(adapter: Adapter, url: string, options: unknown): Promise<StoreDriver> {
  try {
    return await adapter.open(url, options)
  } catch (error) {
    if (isGantryError(error)) throw error
    // A cause is left out where it could quote what the URL must not be quoted with.
    const cause = withoutSecrets(url) === url ? error : undefined
    const message = `The adapter of ${adapter.scheme}: failed to open the store: see the cause.`
    throw new GantryError('internal', message, { store: adapter.scheme, cause })
  }
}
