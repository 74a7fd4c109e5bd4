import { type AccessTokens, GantryError, Store } from '@gantry/core'
import { cod } from '@gantry/cod'
import { dicomweb, type DicomwebOptions } from '@gantry/dicomweb'

import type { Remote } from './model.ts'
import { remoteStore } from './remote-store.ts'

/** Whose tokens go to an origin: the hub's own to the hub, Google's to Google's, and none elsewhere. */
export type TokensFor = (origin: string) => AccessTokens | undefined

interface Access {
  readonly root: string
  readonly tokens?: AccessTokens
}

/** Services of studies and files, opened once; again by whoever signs in later. */
export class Places {
  readonly #hub: string
  readonly #tokensFor: TokensFor
  readonly #stores = new Map<string, { readonly store: Store; readonly tokens: AccessTokens | undefined }>()

  constructor(hub: string, tokensFor: TokensFor) {
    this.#hub = hub
    this.#tokensFor = tokensFor
  }

  dicomweb({ root }: Remote): DicomwebOptions {
    return this.#access(root)
  }

  store({ kind, root }: Remote): Store {
    const key = `${kind} ${root}`
    const access = this.#access(root)
    const { tokens } = access
    const known = this.#stores.get(key)
    if (known !== undefined && known.tokens === tokens) return known.store
    const store = this.#open(kind, access)
    this.#stores.set(key, { store, tokens })
    return store
  }

  #open(kind: Remote['kind'], access: Access): Store {
    if (kind === 'dicomweb') return new Store(dicomweb(access))
    const files = new Store(remoteStore(access))
    if (kind === 'files') return files
    return new Store(cod(files, { skipUnreadable: true }))
  }

  #access(root: string): Access {
    const url = URL.parse(root, this.#hub)
    if (url === null) throw new GantryError('invalid', 'That is no address of a service.')
    const tokens = this.#tokensFor(url.origin)
    return { root: url.href.replace(/\/+$/u, ''), ...(tokens !== undefined && { tokens }) }
  }
}
