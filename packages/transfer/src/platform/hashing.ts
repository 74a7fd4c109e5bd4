import { createHash, type Hash } from 'node:crypto'

import { crc32, crc32c } from '@node-rs/crc32'
import type { DigestAlgorithm, Hasher, Hashing } from '@gantry/core'

import { hashAside } from './hash-threads.ts'

/** Digests by OpenSSL, and native CRCs, which take half the time of zlib's: the fastest there are in Node. Of long bodies, on another thread. */
export const nodeHashing: Hashing = Object.assign(hasherFor, { aside: hashAside })

function hasherFor(algorithm: DigestAlgorithm): Hasher | undefined {
  switch (algorithm) {
    case 'sha256':
    case 'sha1':
    case 'md5':
      return hasherOf(createHash(algorithm))
    case 'crc32':
      return checksum(crc32, 0)
    case 'crc32c':
      return checksum(crc32c, 0)
    default:
      return undefined
  }
}

function hasherOf(hash: Hash): Hasher {
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => hash.digest('hex'),
    copy: () => hasherOf(hash.copy()),
  }
}

type Crc = (data: Uint8Array, initial?: number) => number

function checksum(crc: Crc, initial: number): Hasher {
  let value = initial
  return {
    update(chunk) {
      value = crc(chunk, value)
    },
    digest: () => (value >>> 0).toString(16).padStart(8, '0'),
    copy: () => checksum(crc, value),
  }
}
