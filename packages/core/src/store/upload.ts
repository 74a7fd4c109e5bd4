import type { Digests } from './digest.ts'

/** An upload in parts that was begun: plain data, so that a journal can keep it and another process go on. */
export interface Upload {
  readonly path: string
  /** The storage's own name for it. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly started?: number
}

/** A part to be put: its bytes are `offset` to `offset + size` of the whole. */
export interface Part {
  /** From 1. */
  readonly number: number
  readonly offset: number
  readonly size: number
}

/** A part with what is known of its bytes before they pass: a driver lets the storage check what it can of it. */
export interface NewPart extends Part {
  readonly digests?: Digests
}

/** A part that the storage has. */
export interface StoredPart extends Part {
  /** What `complete` must present, e.g. an ETag. */
  readonly tag: string
  readonly digests?: Digests
}
