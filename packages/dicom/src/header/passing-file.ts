import { type ImageIdentity, isGantryError } from '@gantry/core'

import type { ElementCursor } from '../structure/element-cursor.ts'
import { type Encoding, implicitLittle } from '../structure/encoding.ts'
import { scan, type Scanned } from '../structure/scan.ts'
import type { ElementHead, Sink } from '../structure/sink.ts'
import { tags } from '../structure/tag.ts'
import { nativeSyntaxOf } from '../structure/transfer-syntax.ts'
import type { ReadRequest, Scan } from '../structure/window.ts'
import { uidOf } from '../values/uid.ts'
import { Identification } from './identification.ts'
import { toScanOptions } from './options.ts'

/**
 * How a file ended: `whole`, all of its pixel data have passed; `cut`, something that it promises has not; `unknown`, it is no
 * DICOM file that can be read, is deflated, or has no pixel data that would tell an end between two elements from the end.
 */
export type FileEnd = 'whole' | 'cut' | 'unknown'

/**
 * A DICOM file that passes once, chunk by chunk, and of which little is held: tells which image it is as soon as that has
 * passed, and at its end whether that was all of it.
 */
export class PassingFile {
  readonly #sink = new PassingSink()
  readonly #scan: Scan<Scanned> = scan(this.#sink, {
    ...toScanOptions({ firstRead: 4096, longestValue: 4096 }, undefined),
    checkPixelData: 'passing',
  })
  /** What the scan waits for, and how much of it has passed. */
  #asked: ReadRequest | undefined
  #buffer = new Uint8Array()
  #held = 0
  /** Bytes that have passed. */
  #at = 0
  #scanned: Scanned | undefined
  #cut = false
  #image: ImageIdentity | undefined

  constructor() {
    this.#step()
  }

  /** Which image it is; `undefined` while that has not passed, and of what does not tell. */
  get image(): ImageIdentity | undefined {
    if (this.#sink.identified || this.#scanned !== undefined) this.#image ??= this.#sink.image
    return this.#image
  }

  /** Its SOP Instance UID, which is told long before the rest of what identifies it: little of a file may stand before it. */
  get instance(): string | undefined {
    return this.#sink.named || this.over ? this.#sink.instance : undefined
  }

  /** Nothing that follows will tell more of which image it is. */
  get over(): boolean {
    return this.#asked === undefined
  }

  /** Keeps nothing of the chunk. */
  push(chunk: Uint8Array): void {
    const base = this.#at
    this.#at += chunk.length
    while (this.#asked !== undefined) {
      const { start, end } = this.#asked
      const from = start + this.#held - base
      if (from >= chunk.length) return
      const part = chunk.subarray(from, end - base)
      this.#buffer.set(part, this.#held)
      this.#held += part.length
      if (start + this.#held < end) return
      this.#step(this.#buffer)
    }
  }

  /** There are no more chunks. */
  end(): FileEnd {
    while (this.#asked !== undefined) this.#step(this.#buffer.subarray(0, this.#held))
    if (this.#cut) return 'cut'
    // How far deflated pixel data go, nobody looks.
    const { pixelData, transferSyntax } = this.#scanned ?? {}
    return pixelData === undefined || transferSyntax?.deflated === true ? 'unknown' : 'whole'
  }

  #step(bytes = new Uint8Array()): void {
    this.#asked = undefined
    this.#held = 0
    try {
      const step = this.#scan.next(bytes)
      if (step.done === true) {
        this.#scanned = step.value
        return
      }
      const { start, end } = step.value
      this.#buffer = new Uint8Array(end - start)
      this.#asked = step.value
    } catch (error) {
      if (!isGantryError(error)) throw error
      this.#cut = error.code === 'integrity'
    }
  }
}

class PassingSink implements Sink {
  readonly #identification = new Identification()
  #syntax: string | undefined
  #encoding: Encoding = implicitLittle
  /** All has passed that could identify an image: elements are in the order of their tags. */
  identified = false
  /** The same of the instance alone. */
  named = false

  get instance(): string | undefined {
    return this.#identification.instance
  }

  get image(): ImageIdentity | undefined {
    try {
      return this.#identification.identity(this.#syntax ?? nativeSyntaxOf(this.#encoding).uid)
    } catch {
      return undefined
    }
  }

  wants({ tag }: ElementCursor): boolean {
    if (tag > tags.sopInstanceUID) this.named = true
    if (tag > tags.numberOfFrames) this.identified = true
    return this.#identification.wants(tag)
  }

  take({ tag }: ElementHead, value: Uint8Array | undefined, encoding: Encoding): void {
    if (tag === tags.transferSyntaxUID && value !== undefined) this.#syntax = uidOf(value)
    this.#encoding = encoding
    this.#identification.take(tag, value)
  }
}
