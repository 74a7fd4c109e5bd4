/** Half-open range of bytes, in the file or, of a deflated one, in its inflated data set. */
export interface FrameRange {
  readonly start: number
  readonly end: number
}

/** Where the bytes of one frame lie. */
export interface FrameLocation {
  /** In order; several for a frame of several fragments, whose item headers are not among them. */
  readonly ranges: readonly FrameRange[]
  /** Bytes of the frame as `read` gives it. */
  readonly length: number
  /** Of frames that follow each other within bytes or words: bits of the first one that belong to others. */
  readonly skippedBits: number
  /** The range is of big endian words, of whose bytes the second comes first in what `read` gives. */
  readonly inWords: boolean
}
