import { malformed } from '../errors.ts'
import { type DataSet, type DicomElement, toElement } from './data-set.ts'
import { ElementCursor, undefinedLength } from './element-cursor.ts'
import type { Encoding } from './encoding.ts'
import { tags } from './tag.ts'
import { contentOf, deepestNesting, encodingWithin } from './walk.ts'

/** Counts elements and items, and throws when there are too many of them. */
export type Count = () => void

/**
 * The items of a sequence (PS3.5 7.5), read when asked for: most readers of a header never look into one. `[]` when
 * it was too long to be read. What does not fit together is `invalid`.
 */
export function itemsOf(sequence: DicomElement, count: Count = () => {}): readonly DataSet[] {
  if (sequence.items !== undefined) return sequence.items
  if (sequence.value === undefined) return []
  const reader = new ItemReader(sequence.value, sequence.offset, count)
  return reader.items(sequence.encoding, sequence.length === undefined ? undefined : sequence.value.length)
}

/** The same, each item read when it is asked for: for sequences that are longer than what is made of one item. */
export function* eachItemOf(sequence: DicomElement, count: Count = () => {}): Generator<DataSet, void, undefined> {
  if (sequence.items !== undefined || sequence.value === undefined) {
    yield* sequence.items ?? []
    return
  }
  const reader = new ItemReader(sequence.value, sequence.offset, count)
  yield* reader.each(sequence.encoding, sequence.length === undefined ? undefined : sequence.value.length)
}

/** Item `index`, from 0; those before it are read and let go of. */
export function itemAt(sequence: DicomElement, index: number): DataSet | undefined {
  let at = 0
  for (const item of eachItemOf(sequence)) {
    if (at === index) return item
    at += 1
  }
  return undefined
}

class ItemReader {
  readonly #bytes: Uint8Array
  readonly #base: number
  readonly #count: Count
  readonly #cursor = new ElementCursor()
  #position = 0
  #depth = 0

  constructor(bytes: Uint8Array, base: number, count: Count) {
    this.#bytes = bytes
    this.#base = base
    this.#count = count
  }

  /** To `end`, or to the delimiter. */
  items(encoding: Encoding, end: number | undefined): DataSet[] {
    return [...this.each(encoding, end)]
  }

  *each(encoding: Encoding, end: number | undefined): Generator<DataSet, void, undefined> {
    this.#depth += 1
    if (this.#depth > deepestNesting) throw malformed(`sequences are nested more than ${deepestNesting} deep`)
    while (this.#goesOn(end)) {
      const { tag, length } = this.#read(encoding)
      if (tag === tags.sequenceDelimitation) {
        if (end === undefined) break
        continue
      }
      if (tag !== tags.item) throw malformed('a sequence holds something that is no item')
      this.#count()
      yield this.#elements(encoding, this.#endOf(length))
    }
    this.#depth -= 1
  }

  #elements(encoding: Encoding, end: number | undefined): DataSet {
    const elements: DicomElement[] = []
    while (this.#goesOn(end)) {
      const { tag, vr, length } = this.#read(encoding)
      if (tag === tags.itemDelimitation) {
        if (end === undefined) break
        continue
      }
      this.#count()
      const head = { tag, vr, length, offset: this.#base + this.#position }
      const content = contentOf(this.#cursor, encoding)
      const start = this.#position
      const valueEnd = this.#endOf(length)
      if (content === 'items') {
        const items = this.items(encodingWithin(vr, encoding), valueEnd)
        elements.push({ ...toElement(head, this.#bytes.subarray(start, this.#position), encoding), vr: 'SQ', items })
        continue
      }
      if (valueEnd === undefined) this.#skipFragments(encoding)
      else this.#position = valueEnd
      elements.push(toElement(head, this.#bytes.subarray(start, this.#position), encoding))
    }
    return elements
  }

  #skipFragments(encoding: Encoding): void {
    for (;;) {
      const { tag, length } = this.#read(encoding)
      if (tag === tags.sequenceDelimitation) return
      if (tag !== tags.item) throw malformed('encapsulated data hold something that is no fragment')
      this.#position = this.#endOf(length) ?? this.#bytes.length
    }
  }

  #goesOn(end: number | undefined): boolean {
    if (end !== undefined && this.#position > end) throw malformed('an item is longer than what is around it')
    return this.#position < (end ?? Infinity)
  }

  #read(encoding: Encoding): ElementCursor {
    if (!this.#cursor.read(this.#bytes, this.#position, encoding)) throw malformed('a sequence ends within an element')
    this.#position += this.#cursor.headLength
    return this.#cursor
  }

  #endOf(length: number): number | undefined {
    if (length === undefinedLength) return undefined
    const end = this.#position + length
    if (end > this.#bytes.length) throw malformed('a sequence or item is longer than what is around it')
    return end
  }
}
