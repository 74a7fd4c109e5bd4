import type { AccessTokens, CallOptions, FetchToken, Store } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'
import type { Fetch } from '../hub-client/ask-hub.ts'
import type { Prepare } from '../sources/prepared-input.ts'
import type { OpenGrants } from '../keeper/open-grants.ts'
import type { SourceCatalogue } from '../sources/source-catalogue.ts'
import type { Platform } from './platform.ts'

export interface GantryOptions {
  /** Where encrypted objects are kept; default: the hub. */
  readonly store?: Store | undefined
  /** URL of the hub that keeps shares; without one, the store keeps them. */
  readonly hub?: string | undefined
  /**
   * Access tokens for the hub, or a function that fetches one: it is called again shortly before that expires, and given
   * up after 30 seconds. Default: those that `auth.setAccessToken` is given.
   */
  readonly auth?: AccessTokens | FetchToken | undefined
  /** What was uploaded before, with its keys; default: what this instance has uploaded. */
  readonly catalogue?: SourceCatalogue | undefined
  /** Changes every file before it is encrypted, to de-identify it for instance. */
  readonly prepare?: Prepare | undefined
  /**
   * What a file is called in what is shared; default: as it is. For where names of files and folders tell of whom they
   * are. Headers find their data files by name.
   */
  readonly rename?: ((file: SourceFile, index: number) => string) | undefined
  /** Who can open every share besides the link, `age1...`: a hospital's escrow key. */
  readonly recipients?: readonly string[] | undefined
  /** Folder for objects in the store; default: `objects`, below the prefix that the hub holds the account to, where it does. */
  readonly folder?: string | undefined
  /**
   * Opens the stores that sources name, other than the own one. The URL may come from a stranger's share: open only
   * schemes and hosts that you trust.
   */
  readonly openStore?: ((url: string, call: CallOptions) => Promise<Store>) | undefined
  /**
   * Keeps what a hub gave for an open, so that the next one goes on from it and does not count: after a wrong passphrase, or an
   * interruption. Default: in memory, so that an instance opens a share once, and
   * again where more than an hour passed without it.
   */
  readonly grants?: OpenGrants | undefined
  readonly platform: Platform
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: (() => number) | undefined
}
