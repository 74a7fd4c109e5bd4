import { type AccessTokens, createAccessTokens, isGantryError, Store } from '@gantry/core'
import type { HubOpenedShare } from '@gantry/core/hub'
import { base64 } from '@scure/base'

import type { HubClient } from '../hub-client/hub-client.ts'
import { isLocked } from '../hub-client/is-locked.ts'
import type { OpenHubStore } from '../gantry/platform.ts'
import type { OpenGrants } from './open-grants.ts'
import { repeatedly } from '../repeatedly.ts'
import type { ShareKeeper, ShareOpener } from './share-keeper.ts'

export interface HubOpenerOptions {
  /** URL without a slash at its end. */
  readonly hub: string
  readonly client: HubClient
  readonly openHubStore: OpenHubStore
  readonly grants: OpenGrants
  readonly now: () => number
}

export interface HubKeeperOptions extends HubOpenerOptions {
  /** The hub's objects, by the own tokens. */
  readonly store: Store
}

/** Shares of a hub, which ends them in time, counts their opens and tells who came. */
export function hubKeeper(options: HubKeeperOptions): ShareKeeper {
  const { hub, client, store } = options
  const { shares, locks } = client
  return {
    ...hubOpener(options),
    hub,
    store,
    checkTerms: () => {},
    async create({ id, metadata, objects, keyLock, expiresIn, maxOpens, tokenRequired }, call) {
      const request = {
        id,
        metadata,
        objects: [...objects],
        ...(keyLock !== undefined && { keyLock: base64.encode(keyLock) }),
        ...(expiresIn !== undefined && { expiresIn }),
        ...(maxOpens !== undefined && { maxOpens }),
        ...(tokenRequired !== undefined && { tokenRequired }),
      }
      await repeatedly(call, async () => await shares.create(request, call))
    },
    revoke: async (id, call) => void (await repeatedly(call, async () => await shares.revoke(id, call))),
    list: (call) => shares.list(call),
    audit: async (id, call) => await shares.audit(id, call),
    lock: async (paths, call) => await repeatedly(call, async () => await locks.add(paths, call)),
  }
}

/** Opens shares of a hub, and reads their objects with what the hub gives out for that. */
export function hubOpener({ hub, client, openHubStore, grants, now }: HubOpenerOptions): ShareOpener {
  const { shares } = client
  return {
    async open(id, call) {
      const share = `${hub}/s/${id}`
      let first: { readonly token: string; readonly expires: number } | undefined
      let last: string | undefined
      const tokens: AccessTokens = createAccessTokens({
        now,
        limit: () => AbortSignal.timeout(30_000),
        // What the share was opened with, then what goes on from it, and does not count.
        fetch: async ({ signal }) => {
          const { token, expires } = first ?? (await renewed(shares, id, last, { signal }))
          if (first === undefined) await grants.save(share, token)
          first = undefined
          last = token
          return { token, expires }
        },
      })
      // First, because an open counts: where nobody can read the objects, none is spent.
      const store = new Store(openHubStore({ hub, tokens }), { url: hubStoreUrl(hub) })
      const opened = await renewed(shares, id, await grants.find(share), call)
      await grants.save(share, opened.token)
      first = opened
      const { metadata, keyLock } = opened
      return { metadata: metadata.path, store, ...(keyLock !== undefined && { keyLock: base64.decode(keyLock) }) }
    },
  }
}

/** Goes on from an earlier open; who slept through the end of its token opens the share anew. */
async function renewed(
  shares: HubClient['shares'],
  id: string,
  renewing: string | undefined,
  call: Parameters<ShareOpener['open']>[1],
): Promise<HubOpenedShare> {
  try {
    return await shares.open(id, { ...call, renewing })
  } catch (error) {
    const isOver = isGantryError(error) && error.code === 'unauthenticated' && !isLocked(error)
    if (renewing === undefined || !isOver) throw error
    return await shares.open(id, call)
  }
}

/** A hub's objects, as the URL of a store: `hub://host/path`, or `hub+http:` on this machine. */
export function hubStoreUrl(hub: string): string {
  return hub.replace(/^https:/u, 'hub:').replace(/^http:/u, 'hub+http:')
}
