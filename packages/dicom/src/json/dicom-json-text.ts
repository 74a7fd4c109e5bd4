import type { DicomJson, DicomJsonElement } from '@gantry/core'

import type { DicomHeader } from '../header/dicom-header.ts'
import type { DataSet } from '../structure/data-set.ts'
import { type Context, contextOf, Conversion, entered, isLeftOut, nameOf, outermost } from './conversion.ts'
import type { DicomJsonOptions } from './dicom-json.ts'

/** Characters, or a little more. */
const pieceLength = 16_384

/**
 * What `toDicomJson` and `stringifyDicomJson` make of a header, with what there is to `add` to it, in pieces: the items of long
 * sequences are read, converted and let go of one by one.
 */
export function* dicomJsonText(
  header: DicomHeader,
  options: DicomJsonOptions = {},
  add: DicomJson = {},
): Generator<string, void, undefined> {
  const text = new Text(new Conversion(options))
  yield* text.outermost(header, add)
  yield text.rest
}

class Text {
  readonly #conversion: Conversion
  rest = ''

  constructor(conversion: Conversion) {
    this.#conversion = conversion
  }

  *outermost(header: DicomHeader, add: DicomJson): Generator<string, void, undefined> {
    const others = { ...this.#conversion.besides(header), ...add }
    const elements = header.elements.filter(({ tag }) => others[nameOf(tag)] === undefined)
    yield* this.#dataSet(
      elements,
      outermost,
      Object.entries(others).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    )
  }

  *#dataSet(
    elements: DataSet,
    outer: Context,
    others: (readonly [name: string, element: DicomJsonElement])[] = [],
  ): Generator<string, void, undefined> {
    const { context, ordered } = entered(elements, outer)
    let opens = '{'
    const put = (name: string, json: DicomJsonElement) => {
      this.rest += `${opens}"${name}":${JSON.stringify(json)}`
      opens = ','
    }
    const next = others.values()
    let other = next.next().value
    for (const element of ordered) {
      if (isLeftOut(element.tag)) continue
      const name = nameOf(element.tag)
      for (; other !== undefined && other[0] < name; other = next.next().value) put(...other)
      const items = this.#conversion.items(element)
      if (items === undefined) {
        const json = this.#conversion.element(element, context)
        if (json !== undefined) put(name, json)
        continue
      }
      this.rest += `${opens}"${name}":{"vr":"SQ"`
      opens = ','
      let index = 0
      for (const item of items) {
        this.rest += index === 0 ? ',"Value":[' : ','
        yield* this.#dataSet(item, contextOf(index, element, context))
        index += 1
        if (this.rest.length < pieceLength) continue
        yield this.rest
        this.rest = ''
      }
      this.rest += index === 0 ? '}' : ']}'
    }
    for (; other !== undefined; other = next.next().value) put(...other)
    this.rest += opens === '{' ? '{}' : '}'
  }
}
