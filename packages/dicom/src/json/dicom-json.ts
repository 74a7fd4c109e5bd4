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

/** A value that is kept elsewhere: binary and too long to be inline, or too long to have been read. */
export interface BulkData {
  /** Tags and item numbers that lead to it: `7FE00010`, `52009230/0/00089999`. */
  readonly path: string
  readonly vr: string
  /** Where it begins in the file; in a deflated one, in the inflated data set. */
  readonly offset: number
  /** Bytes; `undefined` for encapsulated pixel data, which a delimiter ends. */
  readonly length: number | undefined
}

export interface DicomJsonOptions {
  /**
   * Where a value is to be had. `undefined` leaves it inline if it was read, and out of the result if not. Default:
   * a URI relative to the file, `?offset=1024&length=8192`, for what was not read; pixel data are left out.
   */
  readonly bulkDataURI?: (bulk: BulkData) => string | undefined
  /** Binary values of more bytes than this are offered to `bulkDataURI`. Default: 1024. */
  readonly inlineLimit?: number
  /** More elements and items than this, in all levels together, are `invalid`. Default: 1,000,000. */
  readonly maxElements?: number
}
