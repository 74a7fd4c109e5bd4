import type { Hashing } from '@gantry/core/driver'

import { crc32c } from './crc32c.ts'

/** A running CRC-32C, as `Digests` write it. */
export interface Crc32c {
  update(chunk: Uint8Array): void
  digest(): string
}

export type StartCrc32c = () => Crc32c

/** The platform's CRC-32C where it has one, else the one of this package. */
export function crc32cOf(hashing: Hashing | undefined): StartCrc32c {
  return () => hashing?.('crc32c') ?? new OwnCrc32c()
}

class OwnCrc32c implements Crc32c {
  #value = 0

  update(chunk: Uint8Array): void {
    this.#value = crc32c(chunk, this.#value)
  }

  digest(): string {
    return this.#value.toString(16).padStart(8, '0')
  }
}
