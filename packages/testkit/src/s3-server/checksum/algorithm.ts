import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type CrcField, crcFields } from './combine.ts'
import { crc32c } from './crc32c.ts'
import { crc64nvme } from './crc64nvme.ts'

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number]

/** Of the whole object's bytes, or of its parts' checksums. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

/** A checksum as S3 keeps it; a composite value ends with `-` and the number of parts. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  readonly type: ChecksumType
  readonly value: string
}

/** A digest in progress; `digest` may be asked for once, and gives big-endian bytes. */
export interface RunningChecksum {
  update(data: Uint8Array): void
  digest(): Buffer
}

export const checksumBytes: Record<ChecksumAlgorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
}

export function crcField(algorithm: ChecksumAlgorithm): CrcField | undefined {
  return algorithm === 'SHA1' || algorithm === 'SHA256' ? undefined : crcFields[algorithm]
}

export function asChecksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase())
}

/** The header, and trailer, that carries a checksum of this kind. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32':
      return runningCrc32(crc32)
    case 'CRC32C':
      return runningCrc32(crc32c)
    case 'CRC64NVME':
      return runningCrc64()
    default:
      return runningHash(algorithm)
  }
}

function runningHash(algorithm: 'SHA1' | 'SHA256'): RunningChecksum {
  const hash = createHash(algorithm.toLowerCase())
  return { update: (data) => void hash.update(data), digest: () => hash.digest() }
}

/** Of a step that takes the value so far. */
export function runningCrc32(step: (data: Uint8Array, value: number) => number): RunningChecksum {
  let value = 0
  return {
    update: (data) => {
      value = step(data, value)
    },
    digest: () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}

function runningCrc64(): RunningChecksum {
  let value = { high: 0, low: 0 }
  return {
    update: (data) => {
      value = crc64nvme(data, value)
    },
    digest: () => {
      const bytes = Buffer.alloc(8)
      bytes.writeUInt32BE(value.high, 0)
      bytes.writeUInt32BE(value.low, 4)
      return bytes
    },
  }
}
