import type { CallSettings } from '../gantry/result.ts'
import type { SourceFile } from '../formats/description.ts'

/** Tells how far an upload is: bytes are read to be digested, and sent. */
export class BytesMoved {
  readonly #settings: CallSettings
  #total: number
  #read = 0
  #sent = 0

  constructor(items: readonly { readonly files: readonly SourceFile[] }[], settings: CallSettings) {
    this.#settings = settings
    const bytes = items.flatMap(({ files }) => files).reduce((sum, { size }) => sum + size, 0)
    this.#total = bytes * 2
  }

  read(bytes: number): void {
    this.#read += bytes
    this.#tell()
  }

  sent(bytes: number): void {
    // A second round counts from nothing again.
    this.#sent = Math.max(this.#sent, bytes)
    this.#tell()
  }

  /** What was there already needed not be sent. */
  finish(): void {
    this.#total = this.#read + this.#sent
    this.#tell()
  }

  #tell(): void {
    const done = this.#read + this.#sent
    this.#total = Math.max(this.#total, done)
    this.#settings.onProgress?.({ done, total: this.#total })
  }
}
