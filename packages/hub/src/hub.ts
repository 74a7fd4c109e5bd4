import { type CallOptions, GantryError } from '@gantry/core'
import { checkGiven, withoutUndefined } from '@gantry/core/driver'

import { type Accounts, createAccounts } from './accounts/accounts.ts'
import { Arrivals } from './accounts/arrivals.ts'
import { archiveRoutes } from './archive/archive-routes.ts'
import { Blobs } from './blobs/blobs.ts'
import { createApp } from './http/app.ts'
import type { Connection } from './http/exchange.ts'
import type { Route } from './http/route.ts'
import { serviceRoutes } from './http/service-routes.ts'
import { objectRoutes } from './objects/object-routes.ts'
import { Objects } from './objects/objects.ts'
import { uploadRoutes } from './objects/upload-routes.ts'
import { Uploads } from './objects/uploads.ts'
import { defaultHubLimits, type HubOptions, type HubSetup } from './options.ts'
import { webRandom } from './random-text.ts'
import { RateLimit } from './rate-limit.ts'
import { shareRoutes } from './shares/share-routes.ts'
import { Shares } from './shares/shares.ts'
import { sweep, type Swept } from './sweep.ts'
import { AccessTokenMint } from './tokens/access-tokens.ts'

/** A hub that is open. */
export interface Hub {
  /** Its own URL. */
  readonly issuer: string
  /** Answers a request, whoever serves it; never throws. */
  fetch(request: Request, connection?: Connection): Promise<Response>
  /** Who may ask for tokens. */
  readonly accounts: Accounts
  /** Takes away what has expired, and what a crash left: to be called every hour or so. */
  sweep(options?: CallOptions): Promise<Swept>
  /** Closes the database and the keeper. */
  close(): Promise<void>
}

/** A hub of what it is given: it has no clock, disk or network of its own. */
export function createHub(options: HubOptions): Hub {
  checkGiven(options, 'createHub', {
    keeper: 'store',
    database: 'object',
    keys: 'object',
    issuer: 'string',
    crc32: 'function',
    limits: 'object?',
  })
  const parts: HubSetup = {
    origins: [],
    mounts: [],
    clock: Date.now,
    random: webRandom,
    log: () => {},
    onError: () => {},
    ...withoutUndefined(options),
    issuer: checkIssuer(options.issuer),
    limits: { ...defaultHubLimits, ...withoutUndefined(options.limits ?? {}) },
  }
  const { clock, limits, database, keeper } = parts
  const mint = new AccessTokenMint(parts)
  const blobs = new Blobs(parts)
  const arrivals = new Arrivals(database)
  const shares = new Shares(parts, mint)
  const tokenLimits = {
    account: new RateLimit(limits.tokensPerAccount, clock),
    address: new RateLimit(limits.tokensPerAddress, clock),
  }
  const openLimits = {
    perShare: new RateLimit(limits.opensPerShare, clock),
    perAddress: new RateLimit(limits.opensPerAddress, clock),
  }
  const objects = new Objects(parts, blobs, arrivals)
  const routes: readonly Route[] = [
    ...serviceRoutes({ parts, mint, limits: tokenLimits }, () => routes),
    ...objectRoutes(objects, parts),
    ...uploadRoutes(new Uploads(parts, blobs, arrivals), parts),
    ...shareRoutes(shares, openLimits, parts),
    ...(parts.archive === undefined ? [] : archiveRoutes(parts.archive, objects, parts)),
  ]
  const app = createApp(routes, mint, parts)
  return {
    issuer: parts.issuer,
    fetch: async (request, connection = {}) => await app.fetch(request, connection),
    accounts: createAccounts(parts),
    sweep: async (call) => await sweep({ parts, blobs, shares }, call),
    async close() {
      await database.close()
      await keeper.close()
    },
  }
}

function checkIssuer(issuer: string): string {
  const url = URL.parse(issuer)
  if (
    url === null ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new GantryError('invalid', "The hub's URL must be like https://hub.example.org.")
  }
  return url.href.replace(/\/$/u, '')
}
