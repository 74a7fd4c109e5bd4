import { GantryError, passage, type Crc } from '@gantry/core/driver'

import { hexOf } from './crc32.ts'

/** Fails at the end of a body that is not the one whose CRC-32 the hub keeps. */
export function checked(
  body: AsyncIterableIterator<Uint8Array>,
  expected: string,
  crc32: Crc,
): AsyncIterableIterator<Uint8Array> {
  let crc = 0
  return passage(body, {
    // Before it is lent: a consumer may write into it.
    see: (chunk) => void (crc = crc32(chunk, crc)),
    async judge() {
      if (hexOf(crc) === expected) return
      throw new GantryError('integrity', 'What came is not what the hub keeps: the checksums differ.')
    },
  })
}
