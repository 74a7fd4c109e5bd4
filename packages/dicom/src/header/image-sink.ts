import type { Attributes, ImageIdentity } from '@gantry/core'

import { attributesOf, tagsOfKeywords } from '../values/attributes.ts'
import { type DicomElement, settled, toElement } from '../structure/data-set.ts'
import type { ElementCursor } from '../structure/element-cursor.ts'
import type { Encoding } from '../structure/encoding.ts'
import type { Scanned } from '../structure/scan.ts'
import type { ElementHead, Sink } from '../structure/sink.ts'
import { tags } from '../structure/tag.ts'
import { isSigned } from '../values/is-signed.ts'
import { Identification } from './identification.ts'

/** Keeps the identity, and the elements of some keywords. */
export class ImageSink implements Sink {
  readonly #identification = new Identification()
  readonly #wanted: ReadonlySet<number>
  readonly #elements = new Map<number, DicomElement>()

  constructor(keywords: readonly string[]) {
    this.#wanted = new Set(keywords.length === 0 ? [] : [...tagsOfKeywords(keywords), ...needed])
  }

  wants({ tag }: ElementCursor): boolean {
    return this.#identification.wants(tag) || this.#wanted.has(tag)
  }

  take(head: ElementHead, value: Uint8Array | undefined, encoding: Encoding): void {
    this.#identification.take(head.tag, value)
    if (this.#wanted.has(head.tag)) this.#elements.set(head.tag, toElement(head, value, encoding))
  }

  identity(scanned: Scanned): ImageIdentity {
    return this.#identification.identity(scanned.transferSyntax.uid)
  }

  uids(): Attributes {
    return this.#identification.uids
  }

  attributes(keywords: readonly string[]): Attributes {
    if (keywords.length === 0) return none
    const elements = [...this.#elements.values()]
    return attributesOf(settled(elements, isSigned(elements) ?? false), keywords)
  }
}

/** To read the values of others by. */
const needed = [tags.specificCharacterSet, tags.pixelRepresentation]

const none: Attributes = Object.freeze({})
