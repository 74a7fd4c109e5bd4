import fs from 'node:fs'

import { blockSize, giveBlocks, takeBlocks } from './disk-blocks.ts'
import { close, errnoOf, open, writeAll } from './file-operations.ts'

/**
 * Of a place in a file. A disk asks for 4 KiB at most; but a block of the file system, of up to 64 KiB, may not be written
 * both here and, as the end of the part before it, through the cache.
 */
const alignment = 64 * 1024
/** Shorter bodies gain nothing. */
const shortest = 8 * blockSize

export interface UncachedTarget {
  /** The file, open for writing in the usual way. */
  readonly descriptor: number
  readonly file: string
  /** Where the first byte goes. */
  readonly offset: number
  readonly size: number | undefined
}

/**
 * Writes a long body past the page cache. What must be on the disk in the end goes there at once, with a third of the system's
 * work, while the next block is being filled: a copy into the cache first would have to be flushed out of it.
 */
export class UncachedWriter {
  readonly #target: UncachedTarget
  readonly #descriptor: number
  #filling: Uint8Array
  #written: Uint8Array
  #length = 0
  #position: number
  /** Of the block before. Never fails: what it failed with is told by the next call. */
  #pending: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  #straight = true

  /** `undefined` where the usual way is the better one, or the only one. */
  static async open(target: UncachedTarget): Promise<UncachedWriter | undefined> {
    const { file, offset, size } = target
    // Elsewhere than on Linux there is no such flag.
    const flag = (fs.constants as { readonly O_DIRECT?: number }).O_DIRECT
    if (flag === undefined || size === undefined || size < shortest || offset % alignment !== 0) return undefined
    const blocks = takeBlocks()
    if (blocks === undefined) return undefined
    try {
      return new UncachedWriter(target, await open(file, fs.constants.O_WRONLY | flag), blocks)
    } catch (error) {
      giveBlocks(blocks)
      // So file systems say that they know no such thing.
      if (errnoOf(error) === 'EINVAL') return undefined
      throw error
    }
  }

  private constructor(target: UncachedTarget, descriptor: number, [first, second]: readonly [Uint8Array, Uint8Array]) {
    this.#target = target
    this.#descriptor = descriptor
    this.#filling = first
    this.#written = second
    this.#position = target.offset
  }

  /** Takes all of a chunk, which is the lender's again afterwards. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.length;) {
      const part = chunk.subarray(done, done + blockSize - this.#length)
      this.#filling.set(part, this.#length)
      this.#length += part.length
      done += part.length
      if (this.#length === blockSize) await this.#send()
    }
  }

  /** To be awaited behind the last chunk; the file must be flushed all the same. */
  async end(): Promise<void> {
    await this.#settled()
    // No whole block, and so not for the disk.
    await writeAll(this.#target.descriptor, this.#filling.subarray(0, this.#length), this.#position)
  }

  /** To be awaited whatever happened; fails with nothing that was to be written. */
  async close(): Promise<void> {
    await this.#pending
    giveBlocks([this.#filling, this.#written])
    await close(this.#descriptor)
  }

  async #send(): Promise<void> {
    await this.#settled()
    ;[this.#filling, this.#written] = [this.#written, this.#filling]
    this.#pending = this.#write(this.#written, this.#position)
    this.#position += this.#length
    this.#length = 0
  }

  async #settled(): Promise<void> {
    await this.#pending
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async #write(block: Uint8Array, position: number): Promise<void> {
    try {
      if (this.#straight) {
        try {
          await writeAll(this.#descriptor, block, position)
          return
        } catch (error) {
          // A disk of larger sectors, or one that is nearly full and took an odd piece: the cache takes anything.
          if (errnoOf(error) !== 'EINVAL') throw error
          this.#straight = false
        }
      }
      await writeAll(this.#target.descriptor, block, position)
    } catch (error) {
      this.#failure = { error }
    }
  }
}
