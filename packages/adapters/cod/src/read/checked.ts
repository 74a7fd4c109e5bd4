import { type Bytes, GantryError, passage } from '@gantry/core/driver'

import type { StartCrc32c } from '../bytes/hasher.ts'

/** Fails at the end of a body that has not the CRC-32C that the metadata promise. */
export function checked(
  body: Bytes,
  expected: string,
  start: StartCrc32c,
  onMismatch: () => void,
): AsyncIterableIterator<Uint8Array> {
  const running = start()
  return passage(body, {
    // Before it is lent: a consumer may write into it.
    see: (chunk) => running.update(chunk),
    async judge() {
      if (running.digest() === expected) return
      onMismatch()
      throw notTheSame()
    },
  })
}

/** Retryable: the metadata are read again then, and may tell of other bytes. */
export function notTheSame(): GantryError {
  return new GantryError('integrity', 'The bytes in the tar are not those that the metadata tell of.')
}
