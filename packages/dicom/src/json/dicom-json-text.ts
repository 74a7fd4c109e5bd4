import type { DicomJson, DicomJsonElement } from '@gantry/core'

import type { DicomHeader } from '../header/dicom-header.ts'
import type { DataSet } from '../structure/data-set.ts'
import { type Context, contextOf, Conversion, entered, isLeftOut, nameOf, outermost } from './conversion.ts'
import type { DicomJsonOptions } from './dicom-json.ts'

/** Characters, or a little more. */
const pieceLength = 16_384

export interface DicomJsonTextOptions extends DicomJsonOptions {
  /**
   * What is written for an element that holds no items, in every level: for forms that are not quite DICOM JSON. `path` are the
   * tags and item numbers that lead to it, as of `BulkData`. Default: the element.
   */
  readonly write?: ((element: DicomJsonElement, path: string) => unknown) | undefined
  /** Of the uppermost level, tags that are told (`00100010`). Default: all. */
  readonly wants?: ((tag: string) => boolean) | undefined
}

/**
 * What `toDicomJson` and `stringifyDicomJson` make of a header, with what there is to `add` to it, in pieces: the items of long
 * sequences are read, converted and let go of one by one.
 */
export function* dicomJsonText(
  header: DicomHeader,
  options: DicomJsonTextOptions = {},
  add: DicomJson = {},
): Generator<string, void, undefined> {
  const text = new Text(new Conversion(options), options)
  yield* text.outermost(header, add)
  yield text.rest
}

class Text {
  readonly #conversion: Conversion
  readonly #write: (element: DicomJsonElement, path: string) => unknown
  readonly #wants: (tag: string) => boolean
  rest = ''

  constructor(conversion: Conversion, { write = (element) => element, wants = () => true }: DicomJsonTextOptions) {
    this.#conversion = conversion
    this.#write = write
    this.#wants = wants
  }

  *outermost(header: DicomHeader, add: DicomJson): Generator<string, void, undefined> {
    const besides = Object.entries(this.#conversion.besides(header)).filter(([name]) => this.#wants(name))
    const others = { ...Object.fromEntries(besides), ...add }
    yield* this.#dataSet(
      header.elements,
      outermost,
      Object.entries(others).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      (name) => others[name] === undefined && this.#wants(name),
    )
  }

  *#dataSet(
    elements: DataSet,
    outer: Context,
    others: (readonly [name: string, element: DicomJsonElement])[] = [],
    wants: (name: string) => boolean = () => true,
  ): Generator<string, void, undefined> {
    const { context, ordered } = entered(elements, outer)
    let opens = '{'
    const put = (name: string, json: DicomJsonElement) => {
      this.rest += `${opens}"${name}":${JSON.stringify(this.#write(json, context.path + name))}`
      opens = ','
    }
    const next = others.values()
    let other = next.next().value
    for (const element of ordered) {
      if (isLeftOut(element.tag)) continue
      const name = nameOf(element.tag)
      if (!wants(name)) continue
      for (; other !== undefined && other[0] < name; other = next.next().value) put(...other)
      const items = this.#conversion.passingItems(element)
      if (items === undefined) {
        const json = this.#conversion.element(element, context)
        if (json !== undefined) put(name, json)
        continue
      }
      let index = 0
      for (const item of items) {
        this.rest += index === 0 ? `${opens}"${name}":{"vr":"SQ","Value":[` : ','
        opens = ','
        yield* this.#dataSet(item, contextOf(index, element, context))
        index += 1
        if (this.rest.length < pieceLength) continue
        yield this.rest
        this.rest = ''
      }
      if (index === 0) put(name, { vr: 'SQ' })
      else this.rest += ']}'
    }
    for (; other !== undefined; other = next.next().value) put(...other)
    this.rest += opens === '{' ? '{}' : '}'
  }
}
