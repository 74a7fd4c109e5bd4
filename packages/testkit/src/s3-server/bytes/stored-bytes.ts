/** Bytes that do not change once they are stored. */
export interface StoredBytes {
  readonly size: number
  /**
   * From `start` up to, without, `end`. With a `block`, chunks may lie in it: each is then good until the next is asked
   * for.
   */
  read(start: number, end: number, block?: Buffer): Iterable<Buffer> | AsyncIterable<Buffer>
  /** Who reads holds the bytes: an overwritten object's must last until its last reader is done. */
  hold(): void
  /** Lets go of one hold; the one who wrote the bytes has the first. */
  release(): Promise<void>
}

export interface BytesWriter {
  /** Waiting for what it returns bounds the memory in use. */
  write(chunk: Buffer): void | Promise<void>
  finish(): Promise<StoredBytes>
  /** Nothing is left of what was written. */
  abort(): Promise<void>
}

export interface BytesStore {
  /** What is written is dropped: nothing of it can be verified, or read again. */
  readonly discards: boolean
  create(): BytesWriter
  close(): Promise<void>
}
