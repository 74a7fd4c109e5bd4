/** Random access to the bytes of a file: all that a header read needs. */
export interface HeaderSource {
  /** Bytes of the whole, where known. */
  readonly size?: number
  /**
   * The bytes from `start` to `end`, fewer only where the file ends. They must stay as they are until the header is
   * read.
   */
  read(start: number, end: number): Promise<Uint8Array>
}

/** A file that is in memory as a whole. */
export function bytesSource(bytes: Uint8Array): HeaderSource {
  return {
    size: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  }
}

/** A `Blob` or a browser's `File`. */
export function blobSource(blob: BlobLike): HeaderSource {
  return {
    size: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  }
}

export interface BlobLike {
  readonly size: number
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> }
}
