import { GantryError, type Store } from '@gantry/core'
import { hubStore, hubTokens } from '@gantry/hub-store/node'
import { createGantry, type Gantry } from '@gantry/share'
import { folderCatalogue, nodePlatform } from '@gantry/share/node'

import type { Context } from '../../context.ts'
import { loggedInHub } from '../../places/hub-place.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Place } from '../../places/places.ts'
import { statePath } from '../../state-folder.ts'

export interface SharingOptions {
  /** A hub, or any other place; default: the hub that one is logged in to. */
  readonly place: string | undefined
  /** What names the place. */
  readonly option: '--from' | '--to'
  readonly recipients?: readonly string[] | undefined
  /** Keep what was shared, with its keys, in the state folder. */
  readonly remember?: boolean
  /** What workspaces name besides, by the URLs of their sources. */
  readonly besides?: ReadonlyMap<string, Store>
}

/** Where shares are made, listed and ended. */
export interface Sharing {
  readonly gantry: Gantry
  /** `undefined`: shares are kept in a place, without a hub. */
  readonly hub: string | undefined
  readonly place: Place | undefined
  close(): Promise<void>
}

export async function openSharing(context: Context, options: SharingOptions): Promise<Sharing> {
  const { env } = context.io
  const { place: named, option, recipients, remember, besides } = options
  const journals = remember === true ? statePath(env, 'shares', 'journals') : undefined
  const common = {
    platform: platformOf(journals),
    recipients,
    ...(besides && { openStore: async (url: string) => besideOf(besides, url) }),
    ...(remember === true && { catalogue: folderCatalogue(statePath(env, 'shares', 'catalogue')) }),
  }
  const places = await openPlaces(context)
  const hubPlace =
    named === undefined
      ? await loggedInHub(env, `; or name a place without a hub: ${option} PLACE`)
      : await places.hub(named)
  if (hubPlace !== undefined) {
    const { hub, key, prefix } = hubPlace
    const auth = hubTokens({ key })
    const folder = prefix === '' ? undefined : `${prefix}/objects`
    return { gantry: createGantry({ ...common, hub, auth, folder }), hub, place: undefined, close: async () => {} }
  }
  const place = await places.open(named ?? '')
  const store: Store = place.store
  return { gantry: createGantry({ ...common, store }), hub: undefined, place, close: async () => await store.close() }
}

function besideOf(besides: ReadonlyMap<string, Store>, url: string): Store {
  const store = besides.get(url)
  if (store !== undefined) return store
  throw new GantryError('unsupported', 'An image of the workspace is at a place that was not named: name it, too.')
}

export function platformOf(journals?: string) {
  return nodePlatform({ openHubStore: ({ hub, tokens }) => hubStore({ hub, tokens }), journals })
}
