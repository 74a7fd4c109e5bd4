import type { ByteRange, Bytes, Signal } from '@gantry/core'

/** A file that may hold images, wherever it is. Nothing is read before `read` is called. */
export interface FileInput {
  /** Relative, `/`-separated, folders kept: `study/IM0001`. What belongs together is found by it. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** All of the bytes, or a range of them. Every call reads anew; chunks are borrowed until the next is asked for. */
  read(range?: ByteRange, options?: { readonly signal?: Signal }): Promise<Bytes>
}
