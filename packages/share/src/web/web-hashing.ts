import type { Hasher, Hashing } from '@gantry/core'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

type Running = ReturnType<typeof sha256.create>

/** SHA-256 in JavaScript: WebCrypto has none that is fed chunk by chunk. Of the other digests there are none. */
export const webHashing: Hashing = (algorithm) => (algorithm === 'sha256' ? hasherOf(sha256.create()) : undefined)

function hasherOf(running: Running): Hasher {
  return {
    update: (chunk) => void running.update(chunk),
    digest: () => bytesToHex(running.clone().digest()),
    copy: () => hasherOf(running.clone()),
  }
}
