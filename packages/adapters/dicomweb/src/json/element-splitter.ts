import { GantryError } from '@gantry/core/driver'

/** Bytes of one element. */
const longestElement = 64 * 1024 * 1024
const deepest = 200

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const closingArray = 0x5d
const opening = new Set([0x5b, 0x7b])
const closing = new Set([0x5d, 0x7d])
const blank = new Set([0x20, 0x09, 0x0a, 0x0d])

/** Finds where elements of an array in JSON begin and end, in bytes that come in any pieces. */
export class ElementSplitter {
  #depth = 0
  #inText = false
  #escaped = false
  #ended = false
  #begun = false
  /** A comma has to be followed by an element. */
  #due = false
  #held: Uint8Array[] = []
  #length = 0

  /** Elements that end in this chunk, as bytes of their own or of the chunk. */
  push(chunk: Uint8Array): Uint8Array[] {
    const elements: Uint8Array[] = []
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) this.#inText = false
        continue
      }
      if (byte === quote) this.#inText = true
      if (blank.has(byte)) continue
      if (!this.#begun || this.#ended) {
        this.#edge(byte)
        start = at + 1
        continue
      }
      if (opening.has(byte)) this.#deepen()
      else if (closing.has(byte)) this.#depth -= 1
      const last = this.#depth === 0
      if (!last && !(byte === comma && this.#depth === 1)) continue
      const element = this.#take(chunk.subarray(start, at))
      start = at + 1
      if (element !== undefined) elements.push(element)
      else if (this.#due || !last) throw malformed()
      if (last && byte !== closingArray) throw malformed()
      this.#due = !last
      this.#ended = last
    }
    if (start < chunk.length && this.#begun && !this.#ended) this.#hold(chunk.subarray(start))
    return elements
  }

  /** The array must be over. */
  end(): void {
    if (!this.#ended) {
      throw new GantryError('unavailable', 'The answer ended before it was whole: try again.')
    }
  }

  #edge(byte: number): void {
    if (this.#ended || byte !== 0x5b) throw malformed()
    this.#begun = true
    this.#depth = 1
  }

  #deepen(): void {
    this.#depth += 1
    if (this.#depth > deepest) throw new GantryError('integrity', 'The answer is malformed: it is nested too deeply.')
  }

  #hold(bytes: Uint8Array): void {
    this.#length += bytes.length
    if (this.#length > longestElement) {
      throw new GantryError('integrity', `One of the elements of the answer is longer than ${longestElement} bytes.`)
    }
    this.#held.push(Uint8Array.from(bytes))
  }

  /** What is held and these; `undefined` where that is nothing. */
  #take(bytes: Uint8Array): Uint8Array | undefined {
    const held = this.#held
    this.#held = []
    const length = this.#length + bytes.length
    this.#length = 0
    let all = bytes
    if (held.length > 0) {
      all = new Uint8Array(length)
      let at = 0
      for (const piece of [...held, bytes]) {
        all.set(piece, at)
        at += piece.length
      }
    }
    return all.every((byte) => blank.has(byte)) ? undefined : all
  }
}

function malformed(): GantryError {
  return new GantryError('integrity', 'The answer is malformed: it is no array in JSON.')
}
