import { createHash } from 'node:crypto'

import type { DigestAlgorithm, Hasher, Hashing } from '@gantry/core'

import { type ChecksumAlgorithm, startChecksum } from '../s3-server/checksum/algorithm.ts'

const names: { readonly [Algorithm in DigestAlgorithm]?: ChecksumAlgorithm } = {
  sha256: 'SHA256',
  sha1: 'SHA1',
  crc32: 'CRC32',
  crc32c: 'CRC32C',
  crc64nvme: 'CRC64NVME',
}

/** Digests that a test can compare a store's with; `undefined` for what cannot be told from the bytes alone. */
export function digestOf(algorithm: DigestAlgorithm, bytes: Uint8Array): string | undefined {
  if (algorithm === 'md5') return createHash('md5').update(bytes).digest('hex')
  const name = names[algorithm]
  if (name === undefined) return undefined
  const checksum = startChecksum(name)
  checksum.update(bytes)
  return checksum.digest().toString('hex')
}

/** A hashing port for tests: it gathers what it is given, and is not for large bodies. */
export const testHashing: Hashing = (algorithm) =>
  digestOf(algorithm, new Uint8Array()) === undefined ? undefined : gathering(algorithm, [])

function gathering(algorithm: DigestAlgorithm, chunks: Uint8Array[]): Hasher {
  return {
    update: (chunk) => void chunks.push(new Uint8Array(chunk)),
    digest: () => digestOf(algorithm, Buffer.concat(chunks)) ?? '',
    copy: () => gathering(algorithm, [...chunks]),
  }
}
