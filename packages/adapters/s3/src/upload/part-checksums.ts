import { base64Of, type Checksum, hexOf, writableChecksums } from '../checksum/algorithm.ts'

/** The SDK's names of checksums. */
const fields = {
  crc64nvme: 'ChecksumCRC64NVME',
  crc32c: 'ChecksumCRC32C',
  crc32: 'ChecksumCRC32',
  sha256: 'ChecksumSHA256',
  sha1: 'ChecksumSHA1',
} as const satisfies { readonly [Name in Checksum]: string }

export type ChecksumFields = { readonly [Field in (typeof fields)[Checksum]]?: string | undefined }

/** Fields of a request. */
export function fieldsOf(
  digests: { readonly [Name in Checksum]?: string } | undefined,
  only?: Checksum,
): ChecksumFields {
  const result: { [Field in (typeof fields)[Checksum]]?: string } = {}
  for (const checksum of writableChecksums) {
    const hex = digests?.[checksum]
    if (hex !== undefined && (only === undefined || only === checksum)) result[fields[checksum]] = base64Of(hex)
  }
  return result
}

/** Digests of an answer. */
export function digestsOfFields(answer: ChecksumFields): { readonly [Name in Checksum]?: string } | undefined {
  const digests: { [Name in Checksum]?: string } = {}
  for (const checksum of writableChecksums) {
    const hex = hexOf(answer[fields[checksum]])
    if (hex !== undefined) digests[checksum] = hex
  }
  return Object.keys(digests).length === 0 ? undefined : digests
}

/** Of an answer that names it in capitals. */
export function checksumNamed(name: string | undefined): Checksum | undefined {
  return writableChecksums.find((checksum) => checksum.toUpperCase() === name)
}
