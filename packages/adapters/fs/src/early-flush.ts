import { fdatasync } from './file-operations.ts'

const step = 32 * 1024 * 1024
/** One for the whole process: a flush keeps a thread of the pool waiting, and there are four. */
let flushing = false

/**
 * Sends a long file to the disk while it is still being written. Waiting for it once at the end would take as long
 * again as the writing did.
 */
export class EarlyFlush {
  readonly #descriptor: number
  #unflushed = 0
  #pending: Promise<void> | undefined
  /** The system tells of a lost write once: a later flush of the same file would succeed. */
  #failure: { readonly error: unknown } | undefined

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** Told of every chunk that was written; waits for nothing. */
  written(bytes: number): void {
    this.#unflushed += bytes
    if (this.#unflushed < step || flushing) return
    this.#unflushed = 0
    flushing = true
    this.#pending = this.#flush()
  }

  /** To be awaited before the file is closed, whatever happened; never fails. */
  async settled(): Promise<void> {
    await this.#pending
  }

  /** Fails when a flush did. */
  async check(): Promise<void> {
    await this.#pending
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async #flush(): Promise<void> {
    try {
      await fdatasync(this.#descriptor)
    } catch (error) {
      this.#failure ??= { error }
    } finally {
      flushing = false
    }
  }
}
