import { type ChecksumAlgorithm, checksumAlgorithms } from '../checksum/algorithm.ts'
import { childrenOf, readXml, requiredText, textOf } from '../protocol/read-xml.ts'
import { S3Error } from '../protocol/s3-error.ts'

/** A part as the request to complete an upload names it. */
export interface NamedPart {
  readonly number: number
  readonly etag: string
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>
}

export function readPartList(xml: string): NamedPart[] {
  const parts = childrenOf(readXml(xml, 'CompleteMultipartUpload'), 'Part').map((part) => ({
    number: Number(requiredText(part, 'PartNumber')),
    etag: requiredText(part, 'ETag').replaceAll('"', ''),
    checksums: new Map(
      checksumAlgorithms.flatMap((algorithm) => {
        const value = textOf(part, `Checksum${algorithm}`)
        return value === undefined ? [] : [[algorithm, value] as const]
      }),
    ),
  }))
  if (parts.length === 0 || parts.some(({ number }) => !Number.isInteger(number))) throw new S3Error('MalformedXML')
  return parts
}
