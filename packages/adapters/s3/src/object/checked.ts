import { type DigestAlgorithm, type Digests, GantryError, type LinearAlgorithm, passage } from '@gantry/core/driver'

import { startChecksum } from '../checksum/algorithm.ts'

/** Those that cost next to nothing; whoever wants more computes it anyway. */
const cheap: readonly LinearAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme']

/**
 * Fails at the end of a body that is not the one whose checksum the service keeps; a body that the caller checks by a
 * digest that the service tells is left to it.
 */
export function checked(
  body: AsyncIterableIterator<Uint8Array>,
  digests: Digests | undefined,
  compares: readonly DigestAlgorithm[] = [],
): AsyncIterableIterator<Uint8Array> {
  if (compares.some((algorithm) => digests?.[algorithm] !== undefined)) return body
  const checksum = cheap.find((algorithm) => digests?.[algorithm] !== undefined)
  if (checksum === undefined || digests === undefined) return body
  const running = startChecksum(checksum)
  const expected = digests[checksum]
  return passage(body, {
    see: (chunk) => running.update(chunk),
    async judge() {
      if (running.hex() === expected) return
      throw new GantryError('integrity', 'What came is not what the service keeps: the checksums differ.')
    },
  })
}
