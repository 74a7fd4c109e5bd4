import { type CallOptions, GantryError, HttpRefusal, isGantryError } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import {
  type HubAudit,
  hubAuditSchema,
  type HubOpenedShare,
  hubOpenedShareSchema,
  type HubShare,
  type HubShareRequest,
  hubShareSchema,
  hubSharesSchema,
} from '@gantry/core/hub'

import { passphraseNeeded } from '../secret/key-lock.ts'
import { type AskHub, askHubOf, type HubClientOptions } from './ask-hub.ts'

/** What a hub does besides keeping objects. */
export interface HubClient {
  readonly shares: {
    /** Asked again for the same, it answers the same. */
    create(request: HubShareRequest, options?: CallOptions): Promise<HubShare>
    /**
     * Counts as one open, unless `renewing` is a token that another of the last day gave. `not_found` where it is over, and
     * the message says why. With `passphrase: 'none'`, a share that needs one is `unauthenticated`, and does not count.
     */
    open(
      id: string,
      options?: CallOptions & { readonly renewing?: string | undefined; readonly passphrase?: 'none' | undefined },
    ): Promise<HubOpenedShare>
    get(id: string, options?: CallOptions): Promise<HubShare>
    /** Asked again, it answers the same. */
    revoke(id: string, options?: CallOptions): Promise<HubShare>
    /** The caller's own, an admin's everybody's, newest first, page by page. */
    list(options?: CallOptions): AsyncIterable<HubShare>
    /** Oldest first. */
    audit(id: string, options?: CallOptions): Promise<HubAudit['events']>
  }
  readonly locks: {
    /** Claims objects for good: they expire no more. */
    add(paths: readonly string[], options?: CallOptions): Promise<void>
    /** Gives them up again. */
    remove(paths: readonly string[], options?: CallOptions): Promise<void>
  }
}

/** Paths that the hub takes at once. */
const mostPaths = 10_000

/** Speaks to a hub about shares and locks. */
export function hubClient(options: HubClientOptions): HubClient {
  checkGiven(options, 'hubClient', { hub: 'string' })
  const ask = askHubOf(options)
  const share = (id: string, ...more: readonly string[]) => ['v1', 'shares', id, ...more]
  return {
    shares: {
      create: async (body, call) =>
        await ask({ method: 'POST', path: ['v1', 'shares'], body }, hubShareSchema, call).catch((error: unknown) => {
          throw explained(error)
        }),
      open: async (id, call) =>
        await ask(
          {
            method: 'POST',
            path: share(id, 'open'),
            query: { passphrase: call?.passphrase },
            token: call?.renewing,
          },
          hubOpenedShareSchema,
          call,
        ).catch((error: unknown) => {
          throw explained(error)
        }),
      get: async (id, call) => await ask({ method: 'GET', path: share(id) }, hubShareSchema, call),
      revoke: async (id, call) => await ask({ method: 'DELETE', path: share(id) }, hubShareSchema, call),
      list: (call) => listShares(ask, call),
      audit: async (id, call) => {
        const { events } = await ask({ method: 'GET', path: share(id, 'audit') }, hubAuditSchema, call)
        return events
      },
    },
    locks: {
      add: async (paths, call) => await eachBatch(ask, 'POST', paths, call),
      remove: async (paths, call) => await eachBatch(ask, 'DELETE', paths, call),
    },
  }
}

async function* listShares(ask: AskHub, call: CallOptions | undefined): AsyncGenerator<HubShare, void, undefined> {
  let after: string | undefined
  do {
    const page = await ask({ method: 'GET', path: ['v1', 'shares'], query: { after } }, hubSharesSchema, call)
    yield* page.shares
    after = page.next
  } while (after !== undefined)
}

async function eachBatch(
  ask: AskHub,
  method: 'POST' | 'DELETE',
  paths: readonly string[],
  call: CallOptions | undefined,
): Promise<void> {
  for (let at = 0; at < paths.length; at += mostPaths) {
    const body = { paths: paths.slice(at, at + mostPaths) }
    await ask({ method, path: ['v1', 'locks'], body }, undefined, call)
  }
}

const again = 'call ensureSources, and share what serialize gives then.'
const notOurs: ReadonlyMap<string | undefined, string> = new Map([
  ['objects', `The hub has not all images that are to be shared as this account's: ${again}`],
  ['owner', `An image that is to be shared is another account's: ${again}`],
])

/** Says what the caller can do about it. */
function explained(error: unknown): unknown {
  if (!isGantryError(error) || !(error.cause instanceof HttpRefusal)) return error
  const { cause } = error
  if (cause.reason === 'passphrase') return passphraseNeeded(cause)
  const message = notOurs.get(cause.reason)
  return message === undefined ? error : new GantryError('precondition_failed', message, { cause })
}
