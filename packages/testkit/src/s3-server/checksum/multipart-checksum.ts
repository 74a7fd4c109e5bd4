import { type Checksum, type ChecksumAlgorithm, type ChecksumType, crcField, startChecksum } from './algorithm.ts'
import { combineCrcs } from './combine.ts'

export interface PartChecksum {
  /** Base64, as S3 writes it. */
  readonly value: string
  readonly size: number
}

/** SHA-1 and SHA-256 cannot be combined, and CRC-64/NVME is only ever kept of the whole object. */
export function typesOf(algorithm: ChecksumAlgorithm): readonly ChecksumType[] {
  if (algorithm === 'CRC64NVME') return ['FULL_OBJECT']
  return crcField(algorithm) ? ['COMPOSITE', 'FULL_OBJECT'] : ['COMPOSITE']
}

/** The checksum of a multipart object, from those of its parts in their order. */
export function multipartChecksum(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly PartChecksum[],
): Checksum {
  if (type === 'COMPOSITE') {
    const running = startChecksum(algorithm)
    for (const part of parts) running.update(Buffer.from(part.value, 'base64'))
    return { algorithm, type, value: `${running.digest().toString('base64')}-${parts.length}` }
  }
  const field = crcField(algorithm)
  if (!field) throw new TypeError(`${algorithm} of parts does not give ${algorithm} of the whole`)
  const crcs = parts.map(({ value, size }) => ({
    crc: BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`),
    size,
  }))
  const hex = combineCrcs(field, crcs)
    .toString(16)
    .padStart(Number(field.bits) / 4, '0')
  return { algorithm, type, value: Buffer.from(hex, 'hex').toString('base64') }
}
