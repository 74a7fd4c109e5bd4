import { createHash } from 'node:crypto'

import { crc32, crc32c } from '@node-rs/crc32'

import { Crc64Nvme } from './crc64nvme.ts'

/** Checksums that S3 checks and keeps. */
export const writableChecksums = ['crc64nvme', 'crc32c', 'crc32', 'sha256', 'sha1'] as const

export type Checksum = (typeof writableChecksums)[number]

/** Running checksum; `hex` ends it. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void
  hex(): string
}

export function startChecksum(checksum: Checksum | 'md5'): RunningChecksum {
  switch (checksum) {
    case 'crc32':
      return new Crc32(crc32)
    case 'crc32c':
      return new Crc32(crc32c)
    case 'crc64nvme':
      return new Crc64Nvme()
    default: {
      const hasher = createHash(checksum)
      return { update: (bytes) => void hasher.update(bytes), hex: () => hasher.digest('hex') }
    }
  }
}

export function checksumOf(checksum: Checksum | 'md5', bytes: Uint8Array): string {
  const running = startChecksum(checksum)
  running.update(bytes)
  return running.hex()
}

class Crc32 implements RunningChecksum {
  readonly #step: (bytes: Uint8Array, before: number) => number
  #value = 0

  constructor(step: (bytes: Uint8Array, before: number) => number) {
    this.#step = step
  }

  update(bytes: Uint8Array): void {
    this.#value = this.#step(bytes, this.#value)
  }

  hex(): string {
    return this.#value.toString(16).padStart(8, '0')
  }
}

/** As `Digests` write it, from the base64 of S3's headers; `undefined` for what is no checksum of the whole. */
export function hexOf(base64: string | undefined): string | undefined {
  // `…-3` is a checksum of three checksums.
  if (base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/u.test(base64)) return undefined
  return Buffer.from(base64, 'base64').toString('hex')
}

export function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}

/** `x-amz-checksum-crc32` */
export function headerOf(checksum: Checksum): string {
  return `x-amz-checksum-${checksum}`
}
