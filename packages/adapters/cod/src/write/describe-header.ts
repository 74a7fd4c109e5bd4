import type { DicomJson } from '@gantry/core/driver'
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

/** An element that is made into what COD has. */
interface RecordedElement {
  readonly vr: string
  Value?: readonly unknown[]
  BulkDataURI?: string | BulkDataUri
}

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
  const json = toDicomJson(header, options)
  recordBulkData(json, (index) => ({ uri, head: heads[index] ?? '' }))
  return json
}

/** In place: a long header is many objects, and they are nobody else's. */
function recordBulkData(json: DicomJson, bulkData: (index: number) => BulkDataUri): void {
  for (const element of Object.values(json) as RecordedElement[]) {
    if (element.BulkDataURI !== undefined) element.BulkDataURI = bulkData(Number(element.BulkDataURI))
    if (element.vr !== 'SQ') continue
    // An empty sequence has a value, unlike what else is empty.
    element.Value ??= []
    for (const item of element.Value) recordBulkData(item as DicomJson, bulkData)
  }
}
