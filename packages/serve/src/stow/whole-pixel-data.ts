import { type Bytes, tap } from '@gantry/core'
import type { DicomHeader } from '@gantry/dicom'

/** What a header says of the pixel data behind it. */
export type Announced = Pick<DicomHeader, 'pixelData' | 'encoding' | 'transferSyntax'>

/**
 * The same body, from its first byte; fails at its end with `cutOff` unless it holds all of the pixel data that its header
 * announces: so many bytes of native ones, and of encapsulated ones the fragments up to their delimiter (PS3.5 A.4).
 * Those of a deflated data set are not looked at: they are for who reads the header.
 */
export async function* wholePixelData(
  body: Bytes,
  { pixelData, encoding, transferSyntax }: Announced,
  cutOff: () => Error,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (pixelData === undefined || transferSyntax.deflated) {
    yield* body
    return
  }
  const { offset, length } = pixelData
  const walk = length === undefined ? new FragmentWalk(offset, encoding.bigEndian) : undefined
  let seen = 0
  yield* tap(body, (chunk) => {
    seen += chunk.length
    walk?.pass(chunk)
  })
  if (walk === undefined ? seen < offset + (length ?? 0) : !walk.ended) throw cutOff()
}

const item = 0xfffe_e000
const sequenceDelimitation = 0xfffe_e0dd

/** Goes from fragment to fragment, as chunks come. What stands there and is no fragment ends it before its end. */
class FragmentWalk {
  ended = false
  #lost = false
  /** Before the head of the next item. */
  #left: number
  #filled = 0
  readonly #head = new DataView(new ArrayBuffer(8))
  readonly #little: boolean

  constructor(offset: number, bigEndian: boolean) {
    this.#left = offset
    this.#little = !bigEndian
  }

  pass(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.ended && !this.#lost;) {
      const passed = Math.min(this.#left, chunk.length - at)
      this.#left -= passed
      at += passed
      while (this.#left === 0 && this.#filled < 8 && at < chunk.length) {
        this.#head.setUint8(this.#filled++, chunk[at++] as number)
      }
      if (this.#filled === 8) this.#next()
    }
  }

  #next(): void {
    const tag = this.#head.getUint16(0, this.#little) * 0x1_0000 + this.#head.getUint16(2, this.#little)
    this.#left = this.#head.getUint32(4, this.#little)
    this.#filled = 0
    this.ended = tag === sequenceDelimitation
    this.#lost = !this.ended && tag !== item
  }
}
