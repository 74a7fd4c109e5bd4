import { malformed } from './byte-stream.ts'

const item = 0xfffee000
const sequenceDelimitation = 0xfffee0dd

/** Finds where encapsulated pixel data (PS3.5 A.4) end, by the heads of their fragments as they pass. */
export class FragmentScanner {
  readonly #head = new Uint8Array(8)
  readonly #view = new DataView(this.#head.buffer)
  readonly #little: boolean
  #filled = 0
  #left = 0
  /** The delimiter has passed. */
  ended = false

  constructor({ bigEndian }: { readonly bigEndian: boolean }) {
    this.#little = !bigEndian
  }

  /** How many of these bytes, the next ones, belong to the pixel data: fewer than all only where they end. */
  take(chunk: Uint8Array): number {
    let at = 0
    while (at < chunk.length && !this.ended) {
      if (this.#left > 0) {
        const passed = Math.min(this.#left, chunk.length - at)
        this.#left -= passed
        at += passed
        continue
      }
      this.#head[this.#filled++] = chunk[at++] as number
      if (this.#filled === 8) this.#read()
    }
    return at
  }

  #read(): void {
    this.#filled = 0
    const tag = ((this.#view.getUint16(0, this.#little) << 16) | this.#view.getUint16(2, this.#little)) >>> 0
    const length = this.#view.getUint32(4, this.#little)
    if (tag === sequenceDelimitation) this.ended = true
    else if (tag !== item || length === 0xffffffff) {
      throw malformed('encapsulated pixel data hold something that is no fragment')
    } else this.#left = length
  }
}
