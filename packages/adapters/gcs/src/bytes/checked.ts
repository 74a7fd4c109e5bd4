import { GantryError, passage } from '@gantry/core/driver'

import { addToCrc32c, hexOfCrc } from './crc32c.ts'

/** Fails at the end of a body that is not the one whose CRC-32C the service keeps. */
export function checked(body: AsyncIterableIterator<Uint8Array>, expected: string): AsyncIterableIterator<Uint8Array> {
  let crc = 0
  return passage(body, {
    // Before it is lent: a consumer may write into it.
    see: (chunk) => void (crc = addToCrc32c(chunk, crc)),
    async judge() {
      if (hexOfCrc(crc) === expected) return
      throw new GantryError('integrity', 'What came is not what the service keeps: the checksums differ.')
    },
  })
}
