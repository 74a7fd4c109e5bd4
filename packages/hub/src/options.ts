import type { Store } from '@gantry/core'
import type { HubArchive } from '@gantry/core/hub'
import type { RequestLog } from '@gantry/http/server'

import type { HubDatabase } from './database/hub-database.ts'
import type { HubMount } from './http/mount.ts'
import type { HubPages } from './http/pages.ts'
import type { Random } from './random-text.ts'
import type { Rate } from './rate-limit.ts'
import type { SigningKeys } from './tokens/signing-keys.ts'

const hour = 3_600_000

/** What the hub takes, and how often. */
export interface HubLimits {
  /** Bytes of one object. */
  readonly objectBytes: number
  /** Bytes of one part of an upload. */
  readonly partBytes: number
  /** Bytes of a request in JSON. */
  readonly jsonBytes: number
  /** Objects that one account may keep, however small they are. */
  readonly objectsPerAccount: number
  /** Shares of one account that are not over. */
  readonly sharesPerAccount: number
  /** Uploads of one account that are neither completed nor aborted. */
  readonly uploadsPerAccount: number
  /** Milliseconds that an unclaimed object stays, and an upload that nobody goes on with. */
  readonly temporaryFor: number
  /** Milliseconds after which a blob that nothing refers to is taken for what a crash left. */
  readonly orphansAfter: number
  /** Milliseconds that an access token lives; an hour at most. */
  readonly tokenFor: number
  readonly opensPerShare: Rate
  readonly opensPerAddress: Rate
  readonly tokensPerAccount: Rate
  readonly tokensPerAddress: Rate
}

export const defaultHubLimits: HubLimits = {
  objectBytes: 2 ** 40,
  partBytes: 5 * 2 ** 30,
  jsonBytes: 32 * 2 ** 20,
  objectsPerAccount: 10_000_000,
  sharesPerAccount: 100_000,
  uploadsPerAccount: 10_000,
  temporaryFor: 24 * hour,
  orphansAfter: 24 * hour,
  tokenFor: hour,
  opensPerShare: { burst: 60, perMinute: 60 },
  opensPerAddress: { burst: 120, perMinute: 120 },
  tokensPerAccount: { burst: 60, perMinute: 60 },
  tokensPerAddress: { burst: 60, perMinute: 60 },
}

/** What a hub is made of. */
export interface HubOptions {
  /** Where ciphertext is kept, under names that nobody chose. */
  readonly keeper: Store
  readonly database: HubDatabase
  readonly keys: SigningKeys
  /** The hub's own URL, e.g. `https://hub.example.org`: who mints the tokens, and for whom they are. */
  readonly issuer: string
  /** CRC-32 that goes on from `before`; `zlib.crc32` in Node. */
  readonly crc32: (chunk: Uint8Array, before: number) => number
  readonly limits?: Partial<HubLimits> | undefined
  /** Origins whose pages may use the hub, e.g. `https://viewer.example.org`; default: none. */
  readonly origins?: readonly string[] | undefined
  /** What else the hub serves, below paths of its own and protected by its access tokens; default: nothing. */
  readonly mounts?: readonly HubMount[] | undefined
  /** A web app for people, on the hub's own origin; default: one static page for links. */
  readonly pages?: HubPages | undefined
  /** Who archives sessions of objects, and brings them back; default: nobody. */
  readonly archive?: HubArchive | undefined
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: (() => number) | undefined
  /** Default: the platform's own. */
  readonly random?: Random | undefined
  /** Told of every request when its answer is over; default: nobody. */
  readonly log?: ((entry: RequestLog) => void) | undefined
  /** Told of defects and of troubles behind the hub, which clients are not told of. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The same with all defaults: what the hub's own parts are given. */
export interface HubSetup extends Required<Omit<HubOptions, 'limits' | 'archive' | 'pages'>> {
  readonly pages?: HubPages | undefined
  readonly archive?: HubArchive | undefined
  readonly limits: HubLimits
}
