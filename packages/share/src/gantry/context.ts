import { checkRecipient } from '@gantry/age'
import { type AccessTokens, checkPath, createAccessTokens, GantryError, Store } from '@gantry/core'

import { type HubClient, hubClient } from '../hub-client/hub-client.ts'
import { hubKeeper, hubOpener, hubStoreUrl } from '../keeper/hub-keeper.ts'
import type { ShareKeeper, ShareOpener } from '../keeper/share-keeper.ts'
import { storeKeeper } from '../keeper/store-keeper.ts'
import { checkHub } from '../secret/hub-url.ts'
import { OpenedShares } from '../sources/opened-shares.ts'
import { memoryCatalogue, type SourceCatalogue } from '../sources/source-catalogue.ts'
import type { Geometry } from '../workspace/geometry.ts'
import { Registry } from '../workspace/loaded.ts'
import type { Volume } from '../workspace/volume.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { checkKeys } from './checks.ts'
import type { GantryOptions } from './options.ts'
import { TokenHolder } from './token-holder.ts'
import { Turns } from './turns.ts'

const knownOptions = {
  store: true,
  hub: true,
  auth: true,
  catalogue: true,
  prepare: true,
  rename: true,
  recipients: true,
  folder: true,
  openStore: true,
  grants: true,
  platform: true,
  fetch: true,
  now: true,
} as const

function tokensOf(auth: GantryOptions['auth'], now: () => number): AccessTokens | undefined {
  if (typeof auth === 'function')
    return createAccessTokens({ fetch: auth, now, limit: () => AbortSignal.timeout(30_000) })
  if (auth === undefined || typeof auth?.get === 'function') return auth
  throw new GantryError(
    'invalid',
    'auth is what hubTokens or createAccessTokens made, or a function that fetches a token.',
  )
}

/** What the namespaces of one instance have in common; nothing is shared between instances. */
export class Context {
  readonly options: GantryOptions
  readonly tokens: TokenHolder
  readonly catalogue: SourceCatalogue
  readonly folder: string
  readonly now: () => number
  readonly volumes = new Registry<Volume>()
  readonly geometries = new Registry<Geometry>()
  readonly workspaces = new Registry<Workspace>()
  readonly opened = new OpenedShares()
  readonly uploads = new Turns()
  /** Stores that `openStore` has opened, by URL. */
  readonly elsewhere = new Map<string, Store>()
  readonly #hub: string | undefined
  readonly #store: Store | undefined
  readonly #keeper: ShareKeeper | undefined

  constructor(options: GantryOptions) {
    const { store, auth, catalogue = memoryCatalogue(), folder = 'objects', platform, now = Date.now } = options
    if (typeof platform?.transfer !== 'function') {
      throw new GantryError(
        'invalid',
        'createGantry needs a platform: nodePlatform() of @gantry/share/node, or in a browser webPlatform() of @gantry/share/web.',
      )
    }
    checkKeys(options, knownOptions, 'createGantry')
    for (const recipient of options.recipients ?? []) checkRecipient(recipient)
    this.options = options
    this.now = now
    this.folder = checkPath(folder)
    this.catalogue = catalogue
    this.tokens = new TokenHolder(tokensOf(auth, now), now)
    this.#hub = options.hub === undefined ? undefined : checkHub(options.hub)
    if (this.#hub !== undefined) this.#keeper = this.#keeperAt(this.#hub)
    else if (store !== undefined) this.#keeper = storeKeeper(store, now)
    this.#store = store ?? this.#keeper?.store
  }

  /** Where this instance uploads to. */
  get store(): Store {
    if (this.#store !== undefined) return this.#store
    throw new GantryError('unsupported', 'There is nowhere to upload to: give createGantry a hub or a store.')
  }

  /** Who keeps this instance's shares. */
  get keeper(): ShareKeeper {
    if (this.#keeper !== undefined) return this.#keeper
    throw new GantryError('unsupported', 'There is nobody to keep shares: give createGantry a hub or a store.')
  }

  /** The own store of that URL, if there is one: where objects go to, or where metadata does. */
  ownStore(url: string): Store | undefined {
    if (this.#store?.url === url) return this.#store
    return this.#keeper?.store.url === url ? this.#keeper.store : undefined
  }

  /** Who opens a share that a link names. Tokens go to the own hub and to no other; most shares need none. */
  opener(hub: string | undefined): ShareOpener {
    const { store, platform, grants } = this.options
    if (hub === undefined) {
      if (store !== undefined) return storeKeeper(store, this.now)
      throw new GantryError('unsupported', 'The share is kept in a store, without a hub: give createGantry that store.')
    }
    if (hub === this.#hub && this.tokens.has) return this.keeper
    const { now } = this
    return hubOpener({ hub, client: this.#clientOf(hub), openHubStore: platform.openHubStore, grants, now })
  }

  #keeperAt(hub: string): ShareKeeper {
    const { now, tokens } = this
    const { grants, platform } = this.options
    const { openHubStore } = platform
    const store = new Store(openHubStore({ hub, tokens }), { url: hubStoreUrl(hub) })
    return hubKeeper({ hub, client: this.#clientOf(hub, tokens), store, openHubStore, grants, now })
  }

  #clientOf(hub: string, tokens?: TokenHolder): HubClient {
    const { fetch } = this.options
    return hubClient({ hub, now: this.now, ...(tokens && { tokens }), ...(fetch && { fetch }) })
  }
}
