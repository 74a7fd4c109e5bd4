import type { Signal } from '@gantry/core'
import type { HeaderSource } from '@gantry/dicom'

import type { FileInput } from './file-input.ts'
import { readBytes } from './read-bytes.ts'

/** Bytes that one look at a file reads: enough for the headers of all formats but DICOM's longer ones. */
const firstLook = 16 * 1024

/**
 * A file as its recognisers see it: the first bytes are read once for all of them. Several may look at once.
 */
export class Peek implements HeaderSource {
  readonly input: FileInput
  readonly signal: Signal | undefined
  #first: Promise<Uint8Array> | undefined

  constructor(input: FileInput, signal?: Signal) {
    this.input = input
    this.signal = signal
  }

  get name(): string {
    return this.input.name
  }

  get size(): number {
    return this.input.size
  }

  /** The first bytes: 16 KiB, or all there are. */
  first(): Promise<Uint8Array> {
    this.#first ??= readBytes(this.input, 0, firstLook, this.signal)
    return this.#first
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const to = Math.min(end, this.size)
    if (to <= firstLook) return (await this.first()).subarray(start, to)
    return await readBytes(this.input, start, to, this.signal)
  }
}
