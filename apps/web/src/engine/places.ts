import { type AccessTokens, GantryError, Store } from '@gantry/core'
import { cod } from '@gantry/cod'
import { dicomweb, type DicomwebOptions } from '@gantry/dicomweb'

import type { Remote } from './model.ts'
import { remoteStore } from './remote-store.ts'

/** Whose tokens go to an origin: the hub's own to the hub, Google's to Google's, and none elsewhere. */
export type TokensFor = (origin: string) => AccessTokens | undefined

/** Services of studies and files, opened once. */
export class Places {
  readonly #hub: string
  readonly #tokensFor: TokensFor
  readonly #stores = new Map<string, Store>()

  constructor(hub: string, tokensFor: TokensFor) {
    this.#hub = hub
    this.#tokensFor = tokensFor
  }

  dicomweb({ root }: Remote): DicomwebOptions {
    return this.#access(root)
  }

  store({ kind, root }: Remote): Store {
    const key = `${kind} ${root}`
    const known = this.#stores.get(key)
    if (known !== undefined) return known
    const made = this.#open(kind, this.#access(root))
    this.#stores.set(key, made)
    return made
  }

  #open(kind: Remote['kind'], access: { readonly root: string; readonly tokens?: AccessTokens }): Store {
    if (kind === 'dicomweb') return new Store(dicomweb(access))
    const files = new Store(remoteStore(access))
    if (kind === 'files') return files
    return new Store(cod(files, { skipUnreadable: true }))
  }

  #access(root: string): { readonly root: string; readonly tokens?: AccessTokens } {
    const url = URL.parse(root, this.#hub)
    if (url === null) throw new GantryError('invalid', 'That is no address of a service.')
    const tokens = this.#tokensFor(url.origin)
    return { root: url.href.replace(/\/+$/u, ''), ...(tokens !== undefined && { tokens }) }
  }
}
