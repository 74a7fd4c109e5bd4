/** An entry of a tar, as its index has it. */
export interface TarRow {
  /** From the root of the tar: without `/` or `./` before it, and with no such step in between. */
  readonly name: string
  /** Where its first header begins. */
  readonly headerOffset: number
  /** Where its bytes begin. */
  readonly offset: number
  readonly size: number
  /** Seconds. */
  readonly mtime: number
}
