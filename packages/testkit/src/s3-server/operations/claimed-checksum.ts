import {
  asChecksumAlgorithm,
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumBytes,
  checksumHeader,
} from '../checksum/algorithm.ts'
import { S3Error } from '../protocol/s3-error.ts'

/** The checksum that a client sends with a body. */
export interface ClaimedChecksum {
  readonly algorithm: ChecksumAlgorithm
  /** In base64; undefined where it follows the body in a trailer. */
  readonly value: string | undefined
}

export function claimedChecksum(headers: ReadonlyMap<string, string>): ClaimedChecksum | undefined {
  const inHeaders = checksumAlgorithms.filter((algorithm) => headers.has(checksumHeader(algorithm)))
  const trailers = (headers.get('x-amz-trailer') ?? '').split(',').map((name) => name.trim().toLowerCase())
  const inTrailers = checksumAlgorithms.filter((algorithm) => trailers.includes(checksumHeader(algorithm)))
  const all = [...inHeaders, ...inTrailers]
  if (all.length > 1) throw new S3Error('InvalidRequest', { message: 'Expecting a single x-amz-checksum- header' })
  const named = headers.get('x-amz-sdk-checksum-algorithm')
  const algorithm = all[0]
  if (named !== undefined && asChecksumAlgorithm(named) !== algorithm) {
    throw new S3Error('InvalidRequest', {
      message: 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* header was found.',
    })
  }
  if (!algorithm) return undefined
  const value = headers.get(checksumHeader(algorithm))
  return { algorithm, value: value === undefined ? undefined : checkedValue(algorithm, value) }
}

/** Throws InvalidRequest for what cannot be a checksum of its kind. */
export function checkedValue(algorithm: ChecksumAlgorithm, value: string): string {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length !== checksumBytes[algorithm] || bytes.toString('base64') !== value) {
    throw new S3Error('InvalidRequest', { message: `Value for ${checksumHeader(algorithm)} header is invalid.` })
  }
  return value
}

export function badChecksum(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error('BadDigest', { message: `The ${algorithm} you specified did not match the calculated checksum.` })
}
