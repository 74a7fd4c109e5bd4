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
  readonly inlineLimit?: number | undefined
  /** Tell the meta information, group 0002, as well, which the standard leaves out. Default: false. */
  readonly metaInformation?: boolean | undefined
  /**
   * Tell of (0008,0005) what the file says, though all texts are Unicode here, and not `ISO_IR 192` as the standard asks.
   * Default: false.
   */
  readonly keepCharacterSet?: boolean | undefined
  /**
   * More elements and items of sequences than this are `unsupported`. Of `toDicomJson` all count: by default 4,194,304, which
   * take some 550 MB. Of `dicomJsonText` those of one item of the uppermost level, which is let go of before the next: by
   * default 1,000,000.
   */
  readonly maxElements?: number | undefined
}
