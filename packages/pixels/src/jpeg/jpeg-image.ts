/** A component of a JPEG frame (ITU-T T.81 B.2.2). */
export interface Component {
  readonly id: number
  readonly horizontal: number
  readonly vertical: number
  readonly quantization: number
  /** Blocks of 8 by 8 that hold samples of the image, and what there is room for. */
  readonly blocksWide: number
  readonly blocksHigh: number
  readonly roomWide: number
  readonly roomHigh: number
}

export interface JpegFrame {
  /** Number of the SOF marker: 0 baseline, 1 extended, 2 progressive, 3 lossless. */
  readonly process: number
  readonly precision: number
  readonly rows: number
  readonly columns: number
  readonly components: readonly Component[]
  readonly mostHorizontal: number
  readonly mostVertical: number
}

/** What application segments say of colour. */
export interface JpegColour {
  jfif: boolean
  /** Of Adobe's segment: 0 none, 1 YCbCr. */
  adobeTransform: number | undefined
}
