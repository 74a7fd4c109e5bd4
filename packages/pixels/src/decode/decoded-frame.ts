export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

/** The pixels of one frame as they were before they were encoded. */
export interface DecodedFrame {
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
  /** As it is now: a JPEG 2000 of `YBR_RCT` gives `RGB`. */
  readonly photometricInterpretation: string
  /** Of each sample, sign included. */
  readonly bitsStored: number
  /** A row at a time; the samples of a pixel stand together. */
  readonly samples: Samples
}
