import { GantryError, type Signal } from '@gantry/core'

import type { FileInput } from '../input/file-input.ts'
import { openBody, readBytes } from '../input/read-bytes.ts'

/** A longer directory is refused: it is taken in as a whole. */
const longestDirectory = 64 * 1024 * 1024

/**
 * Gives zip.js an archive by ranged reads: nothing of it is held but its directory. It is a `Reader` by its shape: the
 * class is not in the part of zip.js that only reads.
 */
export class ZipSource {
  readonly #input: FileInput
  #signal: Signal | undefined
  readonly size: number

  constructor(input: FileInput, signal: Signal | undefined) {
    this.#input = input
    this.#signal = signal
    this.size = input.size
  }

  /** From now on nothing stops the reads but their reader: files outlive the call that found them. */
  release(): void {
    this.#signal = undefined
  }

  get readable(): ReadableStream<Uint8Array> {
    return this.createReadable()
  }

  async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    if (length > longestDirectory) throw new GantryError('invalid', 'The directory of the archive is too long.')
    return await readBytes(this.#input, index, index + length, this.#signal)
  }

  /** One read for an entry, however long it is. */
  createReadable(range: { offset?: number; size?: number } = {}): ReadableStream<Uint8Array> {
    const { offset = 0, size = this.size - offset } = range
    const input = this.#input
    const signal = this.#signal
    let body: AsyncIterator<Uint8Array> | undefined
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          body ??= (await openBody(input, { start: offset, end: offset + size }, signal))[Symbol.asyncIterator]()
          const { done, value } = await body.next()
          // Copied: a stream may hold a chunk while it asks for the next.
          if (done === true) controller.close()
          else controller.enqueue(value.slice())
        },
        async cancel() {
          await body?.return?.()
        },
      },
      { highWaterMark: 0 },
    )
  }
}
