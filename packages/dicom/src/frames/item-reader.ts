import type { Signal } from '@gantry/core'

import { malformed, truncated } from '../errors.ts'
import type { HeaderSource } from '../source/header-source.ts'
import { ElementCursor, undefinedLength } from '../structure/element-cursor.ts'
import type { Encoding } from '../structure/encoding.ts'
import { tags } from '../structure/tag.ts'
import { checkSignal } from './frame-source.ts'

/** An item of encapsulated pixel data (PS3.5 A.4): the offset table or a fragment. */
export interface Item {
  /** Of what is in it, in the file. */
  readonly start: number
  readonly end: number
  /** The first bytes of it, at least `peeked` where it has as many. */
  readonly first: Uint8Array
}

/** What tells where a frame starts fits into so many bytes. */
const peeked = 64

/** Items no longer than this are read many at a time; of longer ones only the heads. */
const short = 16 * 1024
const block = 64 * 1024

/** Reads the heads of items by bounded reads, wherever they are. */
export class ItemReader {
  readonly #source: HeaderSource
  readonly #encoding: Encoding
  readonly #signal: Signal | undefined
  readonly #cursor = new ElementCursor()
  #base = 0
  #bytes = new Uint8Array(0)
  #next = block

  constructor(source: HeaderSource, encoding: Encoding, signal?: Signal) {
    this.#source = source
    this.#encoding = encoding
    this.#signal = signal
  }

  /** The item whose head is at `position`; `undefined` for the delimiter behind the last one. */
  async at(position: number): Promise<Item | undefined> {
    const { size = Infinity } = this.#source
    if (!this.#holds(position, Math.min(position + 8 + peeked, size))) await this.#read(position)
    const cursor = this.#cursor
    const at = position - this.#base
    if (!cursor.read(this.#bytes, at, this.#encoding)) throw truncated('within the pixel data')
    if (cursor.tag === tags.sequenceDelimitation) return undefined
    if (cursor.tag !== tags.item || cursor.length === undefinedLength) {
      throw malformed('encapsulated pixel data hold something that is no fragment')
    }
    const start = position + 8
    const end = start + cursor.length
    if (end > size) throw truncated('within the pixel data')
    this.#next = cursor.length <= short ? block : 8 + peeked
    return { start, end, first: this.#bytes.subarray(at + 8, Math.min(at + 8 + peeked, at + 8 + cursor.length)) }
  }

  #holds(from: number, to: number): boolean {
    return from >= this.#base && to <= this.#base + this.#bytes.length
  }

  async #read(position: number): Promise<void> {
    checkSignal(this.#signal)
    const { size = Infinity } = this.#source
    const end = Math.min(position + this.#next, size)
    this.#bytes = position < end ? new Uint8Array(await this.#source.read(position, end)) : new Uint8Array(0)
    this.#base = position
  }
}
