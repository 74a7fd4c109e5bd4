import type { ElementCursor } from './element-cursor.ts'
import type { Encoding } from './encoding.ts'

/** What a scan tells its caller of the elements at the top level, those of the meta information included. */
export interface Sink {
  /** Whether the value of this one should be read. */
  wants(element: ElementCursor): boolean
  /**
   * An element, in the order of the file. `value` is there if it was wanted and is not too long; it is a view that
   * stays valid, unless the source fills the same buffer again for another file. `offset` is that of the value.
   */
  take(element: ElementHead, value: Uint8Array | undefined, encoding: Encoding): void
}

/** What stands before a value. */
export interface ValueHead {
  readonly tag: number
  readonly vr: number
  /** Bytes, of what is in the file; `undefinedLength` where a delimiter ends it. */
  readonly length: number
}

export interface ElementHead extends ValueHead {
  readonly offset: number
}
