import { GantryError, Store } from '@gantry/core'

import { hubClient } from '../hub-client/hub-client.ts'
import { hubKeeper, hubStoreUrl } from '../keeper/hub-keeper.ts'
import type { ShareKeeper } from '../keeper/share-keeper.ts'
import { storeKeeper } from '../keeper/store-keeper.ts'
import { OpenedShares } from '../sources/opened-shares.ts'
import { memoryCatalogue, type SourceCatalogue } from '../sources/source-catalogue.ts'
import type { Geometry } from '../workspace/geometry.ts'
import { Registry } from '../workspace/loaded.ts'
import type { Volume } from '../workspace/volume.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { GantryOptions } from './options.ts'
import { TokenHolder } from './token-holder.ts'

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
  readonly #store: Store | undefined
  readonly #keeper: ShareKeeper | undefined

  constructor(options: GantryOptions) {
    const { hub, store, auth, catalogue = memoryCatalogue(), folder = 'objects', platform, now = Date.now } = options
    this.options = options
    this.now = now
    this.folder = folder
    this.catalogue = catalogue
    this.tokens = new TokenHolder(auth, now)
    const { tokens } = this
    this.#store =
      store ??
      (hub === undefined ? undefined : new Store(platform.openHubStore({ hub, tokens }), { url: hubStoreUrl(hub) }))
    if (hub !== undefined) this.#keeper = this.keeperOf(hub)
    else if (store !== undefined) this.#keeper = storeKeeper(store, now)
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

  /** Tokens go to the own hub and to no other. */
  keeperOf(hub: string): ShareKeeper {
    const { platform, fetch, hub: own } = this.options
    const tokens = hub === own && this.tokens.has ? this.tokens : undefined
    const lazily = hub === own ? this.tokens : tokens
    const client = hubClient({
      hub,
      now: this.now,
      ...(lazily !== undefined && { tokens: lazily }),
      ...(fetch && { fetch }),
    })
    return hubKeeper({ hub, client, openHubStore: platform.openHubStore, now: this.now })
  }
}
