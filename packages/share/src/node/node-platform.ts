import { nodeCipher } from '@gantry/age/node'
import { nodeHashing } from '@gantry/transfer'

import type { OpenHubStore, Platform } from '../gantry/platform.ts'
import { noHubs } from '../keeper/no-hubs.ts'
import { createNodeTransfer } from './node-transfer.ts'

export interface NodePlatformOptions {
  /** `hubStore` of `@gantry/hub-store/node`; needed to share through hubs, and to open what others share. */
  readonly openHubStore?: OpenHubStore | undefined
  /** Folder for the journals of interrupted uploads: another process then goes on in the middle of an object. */
  readonly journals?: string | undefined
}

/** Node's ciphers and digests, and the transfer engine. */
export function nodePlatform(options: NodePlatformOptions = {}): Platform {
  const { openHubStore = noHubs, journals } = options
  return { cipher: nodeCipher, hashing: nodeHashing, transfer: createNodeTransfer({ folder: journals }), openHubStore }
}
