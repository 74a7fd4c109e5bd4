import { createHash, type Hash } from 'node:crypto'
import type { Identity } from './authenticate.ts'
import { S3Error } from './s3-error.ts'
import { emptySha256, hmacHex, scopeText, sha256Hex } from './sigv4.ts'

/** The chain of signatures of a body that is signed chunk by chunk: each covers the one before it. */
export interface ChunkSignatures {
  update(data: Uint8Array): void
  /** Throws SignatureDoesNotMatch unless `signature` is that of what was given since the last chunk's end. */
  endChunk(signature: string): void
  /** @param lines `name:value\n`, for each trailer in its order */
  endTrailers(lines: string, signature: string): void
}

export function startChunkSignatures(identity: Identity): ChunkSignatures {
  const { claim, signingKey } = identity
  let previous = claim.signature
  let hash: Hash = createHash('sha256')

  function check(kind: 'PAYLOAD' | 'TRAILER', hashes: string[], signature: string): void {
    const lines = [`AWS4-HMAC-SHA256-${kind}`, claim.time, scopeText(claim.scope), previous, ...hashes]
    if (hmacHex(signingKey, lines.join('\n')) !== signature) throw new S3Error('SignatureDoesNotMatch')
    previous = signature
  }

  return {
    update: (data) => void hash.update(data),
    endChunk: (signature) => {
      check('PAYLOAD', [emptySha256, hash.digest('hex')], signature)
      hash = createHash('sha256')
    },
    endTrailers: (lines, signature) => check('TRAILER', [sha256Hex(lines)], signature),
  }
}
