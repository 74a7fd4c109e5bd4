import { nobleCipher } from '@gantry/age'

import type { OpenHubStore, Platform } from '../gantry/platform.ts'
import { noHubs } from '../keeper/no-hubs.ts'
import { webHashing } from './web-hashing.ts'
import { createWebTransfer, type WebTransferOptions } from './web-transfer.ts'

export interface WebPlatformOptions extends WebTransferOptions {
  /** `hubStore` of `@gantry/hub-store`; default: no shares of hubs, only those of stores that were handed over. */
  readonly openHubStore?: OpenHubStore | undefined
}

/** Ciphers and digests in JavaScript, and copies over `fetch`: to be used in a worker, or the page stands still. */
export function webPlatform(given: WebPlatformOptions = {}): Platform {
  const { openHubStore = noHubs, ...options } = given
  return { cipher: nobleCipher, hashing: webHashing, transfer: createWebTransfer(options), openHubStore }
}
