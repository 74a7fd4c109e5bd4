import {
  type AccessTokens,
  checkPath,
  createAccessTokens,
  GantryError,
  parseOptions,
  type StoreDriver,
  type Crc,
} from '@gantry/core/driver'
import type { Transport } from '@gantry/http'
import type { z } from 'zod'

import { checkHubUrl } from './auth/hub-url.ts'
import { tokenFetcher } from './auth/hub-tokens.ts'
import { openDriver } from './driver.ts'
import { type HubStoreOptions, hubOptionsSchema } from './options.ts'

type Options = Omit<HubStoreOptions, 'fetch'>

/** What is another one in browsers and in Node. */
interface Platform {
  readonly transport: Transport
  readonly crc32: Crc
}

/** A store over a hub that is reached by `transport`. */
export function openStoreOver({ transport, crc32 }: Platform, options: Options): StoreDriver {
  const { hub, prefix = '', now = Date.now, ...rest } = options
  const parsed = parseOptions(hubOptionsSchema, rest, 'a hub store')
  const { key, verifyReads } = parsed
  const named = hub ?? key?.hub
  if (named === undefined) throw new GantryError('invalid', 'It is not said where the hub is: give "hub" or "key".')
  const url = checkHubUrl(named)
  // A token is handed only to the hub that made it.
  if (key !== undefined && checkHubUrl(key.hub) !== url) {
    throw new GantryError('invalid', 'The key is one of another hub: take the key that this hub handed out.')
  }
  const trimmed = prefix.replace(/^\/+|\/+$/gu, '')
  return openDriver({
    hub: url,
    prefix: trimmed === '' ? '' : `${checkPath(trimmed)}/`,
    tokens: tokensOf(parsed, transport, now),
    transport,
    crc32,
    verifyReads,
    now,
  })
}

function tokensOf(options: z.output<typeof hubOptionsSchema>, transport: Transport, now: () => number): AccessTokens {
  const { tokens, token, key, scopes } = options
  const roads = [
    tokens,
    token === undefined ? undefined : { get: async () => token, refuse: () => {} },
    key &&
      createAccessTokens({
        fetch: tokenFetcher({ key, scopes, transport, now }),
        now,
        limit: () => AbortSignal.timeout(30_000),
      }),
  ].filter((road) => road !== undefined)
  const [road] = roads
  if (road !== undefined && roads.length === 1) return road
  throw new GantryError('invalid', 'A hub wants to know who asks: give one of "tokens", "token" and "key".')
}
