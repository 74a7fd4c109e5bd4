import type { Bytes, Entry, Signal } from '@gantry/core'

/** A step between read and write: de-identify, encrypt, compress. Named, so that a resumed job finds it again. */
export interface Transform {
  readonly name: string
  /** The bytes as they shall arrive; their length may differ. Chunks are borrowed, here as everywhere. */
  apply(entry: Entry, body: Bytes, call: { readonly signal: Signal }): Bytes
}
