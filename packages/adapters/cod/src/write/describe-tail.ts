import { isGantryError } from '@gantry/core/driver'
import { type DicomHeader, dicomJsonText, parseHeader } from '@gantry/dicom'

import { concat } from '../sqlite/record.ts'
import { longestHeader } from './body-prefix.ts'

/** Bytes behind the pixel data that are looked at: what is longer than that is not recorded. */
export const longestTail = 1024 * 1024

/** Gathers what comes behind the pixel data of a file that passes. */
export class TailWatch {
  readonly #pieces: Uint8Array[] = []
  #length = 0
  #position = 0

  /** `from` is where the pixel data end, as far as that is known by then. */
  see(chunk: Uint8Array, from: number | undefined): void {
    const start = this.#position
    this.#position += chunk.length
    if (from === undefined || this.#position <= from || this.#length > longestTail) return
    const piece = chunk.subarray(Math.max(0, from - start))
    this.#length += piece.length
    // The chunk is lent.
    if (this.#length <= longestTail) this.#pieces.push(Uint8Array.from(piece))
  }

  /** Empty where there is nothing, or too much of it. */
  get bytes(): Uint8Array {
    return this.#length > longestTail ? new Uint8Array(0) : concat(this.#pieces)
  }
}

/** Elements behind the pixel data. */
export interface Tail {
  readonly elements: DicomHeader['elements']
  /** What their offsets are in. */
  readonly file: Uint8Array
}

/**
 * They are read as if they came right behind the elements before the pixel data, which is what they do in a file without
 * pixels; what cannot be read so is left out, and what comes behind more than can be held.
 */
export function readTail(header: DicomHeader, bytes: Uint8Array, tail: Uint8Array): Tail | undefined {
  if (tail.length === 0 || header.transferSyntax.deflated || header.end > longestHeader) return undefined
  const file = concat([bytes.subarray(0, header.end), tail])
  try {
    const parsed = parseHeader(file, { checkPixelData: false })
    const elements = parsed.elements.filter(({ tag }) => tag > 0x7fe00010)
    // Of sequences, only who goes through them sees whether they can be read.
    for (const _ of dicomJsonText({ ...parsed, elements, pixelData: undefined }));
    return { elements, file }
  } catch (error) {
    if (!isGantryError(error)) throw error
    return undefined
  }
}
