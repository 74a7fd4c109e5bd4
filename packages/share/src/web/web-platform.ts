import { nobleCipher } from '@gantry/age'

import type { OpenHubStore, Platform } from '../gantry/platform.ts'
import { webHashing } from './web-hashing.ts'
import { createWebTransfer, type WebTransferOptions } from './web-transfer.ts'

export interface WebPlatformOptions extends WebTransferOptions {
  /** `hubStore` of `@gantry/hub-store`. */
  readonly openHubStore: OpenHubStore
}

/** Ciphers and digests in JavaScript, and copies over `fetch`: to be used in a worker, or the page stands still. */
export function webPlatform({ openHubStore, ...options }: WebPlatformOptions): Platform {
  return { cipher: nobleCipher, hashing: webHashing, transfer: createWebTransfer(options), openHubStore }
}
