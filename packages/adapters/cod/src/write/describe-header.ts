import type { DicomJson, DicomJsonElement } from '@gantry/core/driver'
import { type BulkData, type DicomHeader, toDicomJson } from '@gantry/dicom'

/** Longest binary value that stands in the metadata: pydicom's limit of 1024, which counts base64. */
const inlineLimit = 768
/** How much of a long value is recorded. */
export const headLength = 512

/** As COD has it, unlike DICOM: where the value is, and how it begins. */
interface BulkDataUri {
  readonly uri: string
  readonly head: string
}

type RecordedElement = Omit<DicomJsonElement, 'BulkDataURI'> & { readonly BulkDataURI?: BulkDataUri }

/**
 * A header as the Python writer records it: what pydicom's `to_json_dict` makes of it, the meta information included,
 * long binary values replaced by where they are. `bytes` are the first ones of the file.
 */
export function describeHeader(header: DicomHeader, bytes: Uint8Array, uri: string): Record<string, unknown> {
  const heads: string[] = []
  const mark = ({ offset, length }: BulkData) => {
    const end = Math.min(offset + headLength, length === undefined ? Number.MAX_SAFE_INTEGER : offset + length)
    const head = header.transferSyntax.deflated ? new Uint8Array(0) : bytes.subarray(offset, end)
    return String(heads.push(new TextDecoder().decode(head)) - 1)
  }
  const options = { bulkDataURI: mark, inlineLimit, metaInformation: true, keepCharacterSet: true }
  return { ...withBulkData(toDicomJson(header, options), (index) => ({ uri, head: heads[index] ?? '' })) }
}

function withBulkData(json: DicomJson, bulkData: (index: number) => BulkDataUri): Record<string, RecordedElement> {
  const recorded: Record<string, RecordedElement> = {}
  for (const [tag, element] of Object.entries(json)) {
    const { BulkDataURI, Value, ...rest } = element
    recorded[tag] = {
      ...rest,
      ...(Value !== undefined && { Value }),
      // An empty sequence has a value, unlike what else is empty.
      ...(element.vr === 'SQ' && {
        Value: (Value ?? []).map((item) => withBulkData(item as DicomJson, bulkData) as never),
      }),
      ...(BulkDataURI !== undefined && { BulkDataURI: bulkData(Number(BulkDataURI)) }),
    }
  }
  return recorded
}
