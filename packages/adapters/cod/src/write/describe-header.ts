import type { DicomJsonElement } from '@gantry/core/driver'
import { type BulkData, type DicomHeader, dicomJsonText } from '@gantry/dicom'

import type { Tail } from './describe-tail.ts'

/** Longest binary value that stands in the metadata: pydicom's limit of 1024, which counts base64. */
const inlineLimit = 768
/** How much of a long value is recorded. */
export const headLength = 512

/**
 * A header as the Python writer records it, in pieces of JSON: what pydicom's `to_json_dict` makes of it, the meta
 * information included, long binary values replaced by where they are. `bytes` are the first ones of the file; `see` is told of
 * what holds no items.
 */
export function describeHeader(
  header: DicomHeader,
  bytes: Uint8Array,
  tail: Tail | undefined,
  uri: string,
  see: (path: string, element: DicomJsonElement) => void,
): Iterable<string> {
  const heads = new Map<string, string>()
  const mark = ({ path, offset, length }: BulkData) => {
    const end = Math.min(offset + headLength, length === undefined ? Number.MAX_SAFE_INTEGER : offset + length)
    const file = tail !== undefined && path.slice(0, 8) > '7FE00010' ? tail.file : bytes
    const head = header.transferSyntax.deflated ? new Uint8Array(0) : file.subarray(offset, end)
    heads.set(path, new TextDecoder().decode(head))
    return path
  }
  /** As COD has it, unlike DICOM: where a long value is, and how it begins. */
  const write = (element: DicomJsonElement, path: string): unknown => {
    see(path, element)
    // An empty sequence has a value, unlike what else is empty.
    if (element.vr === 'SQ') return { ...element, Value: [] }
    if (element.BulkDataURI === undefined) return element
    const head = heads.get(path) ?? ''
    heads.delete(path)
    return { ...element, BulkDataURI: { uri, head } }
  }
  const options = { bulkDataURI: mark, inlineLimit, metaInformation: true, keepCharacterSet: true, write }
  return dicomJsonText({ ...header, elements: [...header.elements, ...(tail?.elements ?? [])] }, options)
}
