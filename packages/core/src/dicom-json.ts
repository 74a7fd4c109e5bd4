/** A data set in the DICOM JSON model (PS3.18 F.2.2): elements by `GGGGEEEE`, in ascending order. */
export interface DicomJson {
  readonly [tag: string]: DicomJsonElement
}

/** One element; without `Value`, `BulkDataURI` or `InlineBinary` it is empty (PS3.18 F.2.5). */
export interface DicomJsonElement {
  readonly vr: string
  readonly Value?: readonly DicomJsonValue[]
  readonly BulkDataURI?: string
  /** Base64, in little endian. */
  readonly InlineBinary?: string
}

/** `null` stands for an empty one among several. */
export type DicomJsonValue = string | number | DicomJsonPersonName | DicomJson | null

/** Groups of components of a person name (PS3.18 F.2.2); empty ones are left out. */
export interface DicomJsonPersonName {
  readonly Alphabetic?: string
  readonly Ideographic?: string
  readonly Phonetic?: string
}
