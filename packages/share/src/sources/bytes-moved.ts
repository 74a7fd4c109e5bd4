import type { CallSettings } from '../gantry/result.ts'
import type { SourceFile } from '../formats/description.ts'

/** Tells how far an upload is. Its bytes are read to be digested, which is one half of the work, and sent, which is the other. */
export class BytesMoved {
  readonly #settings: CallSettings
  readonly #total: number
  #read = 0
  #sent = 0

  constructor(items: readonly { readonly files: readonly SourceFile[] }[], settings: CallSettings) {
    this.#settings = settings
    this.#total = items.flatMap(({ files }) => files).reduce((sum, { size }) => sum + size, 0)
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
    this.#settings.onProgress?.({ done: this.#total, total: this.#total })
  }

  #tell(): void {
    const total = this.#total
    // What prepares files may make them longer, and ciphertext is so.
    const half = (bytes: number) => Math.min(bytes, total) / 2
    this.#settings.onProgress?.({ done: Math.floor(half(this.#read) + half(this.#sent)), total })
  }
}
