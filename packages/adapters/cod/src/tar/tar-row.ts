/** An entry of a tar, as its index has it. */
export interface TarRow {
  /** Without a leading slash. */
  readonly name: string
  /** Where its first header begins. */
  readonly headerOffset: number
  /** Where its bytes begin. */
  readonly offset: number
  readonly size: number
  /** Seconds. */
  readonly mtime: number
}
