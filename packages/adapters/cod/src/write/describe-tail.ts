import { isGantryError } from '@gantry/core/driver'
import { type DicomHeader, parseHeader } from '@gantry/dicom'

import { concat } from '../sqlite/record.ts'
import { describeHeader } from './describe-header.ts'

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

/**
 * The elements behind the pixel data, as those before are recorded. They are read as if they came right behind the
 * others, which is what they do in a file without pixels; what cannot be read so is left out.
 */
export function describeTail(
  header: DicomHeader,
  bytes: Uint8Array,
  tail: Uint8Array,
  uri: string,
): Record<string, unknown> {
  if (tail.length === 0 || header.transferSyntax.deflated) return {}
  const file = concat([bytes.subarray(0, header.end), tail])
  try {
    const described = describeHeader(parseHeader(file, { checkPixelData: false }), file, uri)
    return Object.fromEntries(Object.entries(described).filter(([tag]) => tag > '7FE00010'))
  } catch (error) {
    if (!isGantryError(error)) throw error
    return {}
  }
}
