import { type DecodeText, textDecoding } from '../charset/text-decoding.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { type DataSet, type DicomElement, settled } from '../structure/data-set.ts'
import { ElementLimit } from '../structure/element-limit.ts'
import { eachItemOf, itemsOf } from '../structure/items.ts'
import { tags } from '../structure/tag.ts'
import { latin1 } from '../values/ascii.ts'
import { isSigned } from '../values/is-signed.ts'
import { numberValues, tagValues } from '../values/numbers.ts'
import { textValues } from '../values/text.ts'
import type { DicomJson, DicomJsonElement, DicomJsonValue } from '@gantry/core'

import type { BulkData, DicomJsonOptions } from './dicom-json.ts'
import { inlineBinary } from './inline-binary.ts'
import { jsonNumber, numberOfText, personName } from './json-value.ts'

/** What items take over from the data set around them. */
export interface Context {
  readonly decode: DecodeText
  readonly signed: boolean
  /** To the data set, with a slash at its end; of the uppermost, nothing. */
  readonly path: string
}

export const outermost: Context = { decode: textDecoding(''), signed: false, path: '' }

/** Turns the elements of one header into JSON, by one set of options. */
export class Conversion {
  readonly #options: DicomJsonOptions
  readonly #limit: ElementLimit

  constructor(options: DicomJsonOptions) {
    this.#options = options
    this.#limit = new ElementLimit(options.maxElements)
  }

  dataSet(elements: DataSet, outer: Context, leavesOut = isLeftOut): DicomJson {
    const json: { [tag: string]: DicomJsonElement } = {}
    const { context, ordered } = entered(elements, outer)
    for (const element of ordered) {
      if (leavesOut(element.tag)) continue
      const converted = this.element(element, context)
      if (converted !== undefined) json[nameOf(element.tag)] = converted
    }
    return json
  }

  /** What does not stand in the data set: meta information, if it is asked for, and where the pixel data are. */
  besides({ meta, pixelData }: Pick<DicomHeader, 'meta' | 'pixelData'>): DicomJson {
    const { metaInformation = false, bulkDataURI } = this.#options
    const json: { [tag: string]: DicomJsonElement } = metaInformation ? this.dataSet(meta, outermost, () => false) : {}
    if (pixelData === undefined || bulkDataURI === undefined) return json
    const path = nameOf(pixelData.tag)
    const uri = bulkDataURI({ ...pixelData, path })
    return uri === undefined ? json : { ...json, [path]: { vr: pixelData.vr, BulkDataURI: uri } }
  }

  element(element: DicomElement, context: Context): DicomJsonElement | undefined {
    const { vr, value } = element
    // What is written here is Unicode, whatever the file is in.
    const keeps = this.#options.keepCharacterSet === true
    if (element.tag === tags.specificCharacterSet && !keeps) return { vr: 'CS', Value: ['ISO_IR 192'] }
    const items = this.items(element)
    if (items !== undefined) return this.#sequence(items, element, context)
    if (vr === 'SQ' && value !== undefined) return this.element({ ...element, vr: 'UN', reinterpreted: false }, context)
    if (value === undefined || element.length === undefined) return this.#unread(element, context)
    const values = valuesOf(element, context.decode)
    if (values !== undefined) return values.length === 0 ? { vr } : { vr, Value: values }
    return this.#binary(element, value, context)
  }

  /** The items of a sequence, read as they are asked for; `undefined` for what is none. */
  items(element: DicomElement): Iterable<DataSet> | undefined {
    if (element.vr !== 'SQ' || element.value === undefined) return undefined
    const { count } = this.#limit
    if (!element.reinterpreted || element.length === undefined) return eachItemOf(element, count)
    try {
      return itemsOf(element, count)
    } catch (error) {
      // Of VR UN, and only the dictionary takes it for a sequence: then it stays what the file says.
      if (this.#limit.isExceeded) throw error
      return undefined
    }
  }

  /** The same for who keeps none of them. */
  passingItems(element: DicomElement): Iterable<DataSet> | undefined {
    const items = this.items(element)
    return items === undefined ? undefined : this.#limit.passing(items)
  }

  #sequence(items: Iterable<DataSet>, element: DicomElement, context: Context): DicomJsonElement {
    const converted: DicomJson[] = []
    for (const item of items) converted.push(this.dataSet(item, contextOf(converted.length, element, context)))
    return converted.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value: converted }
  }

  #binary(element: DicomElement, value: Uint8Array, context: Context): DicomJsonElement {
    const vr = binaryVRs.has(element.vr) ? element.vr : 'UN'
    if (value.length === 0) return { vr }
    if (value.length > (this.#options.inlineLimit ?? 1024)) {
      const uri = this.#options.bulkDataURI?.({
        path: pathOf(element, context),
        vr,
        offset: element.offset,
        length: value.length,
      })
      if (uri !== undefined) return { vr, BulkDataURI: uri }
    }
    return { vr, InlineBinary: inlineBinary(element, value) }
  }

  /** Too long to have been read, or in fragments, which have no place inline. */
  #unread(element: DicomElement, context: Context): DicomJsonElement | undefined {
    const { offset, length = element.value?.length } = element
    const vr = element.reinterpreted ? 'UN' : element.vr
    const bulk: BulkData = { path: pathOf(element, context), vr, offset, length }
    const { bulkDataURI = byRange } = this.#options
    const uri = bulkDataURI(bulk)
    return uri === undefined ? undefined : { vr, BulkDataURI: uri }
  }
}

/** What is valid within a data set, and its elements in ascending order. */
export function entered(elements: DataSet, outer: Context): { readonly context: Context; readonly ordered: DataSet } {
  const charset = elements.find(({ tag }) => tag === tags.specificCharacterSet)?.value
  const decode = charset === undefined ? outer.decode : textDecoding(latin1(charset))
  const signed = isSigned(elements) ?? outer.signed
  return { context: { decode, signed, path: outer.path }, ordered: inOrder(settled(elements, signed)) }
}

/** That of item `index`, from 0. */
export function contextOf(index: number, sequence: DicomElement, context: Context): Context {
  return { ...context, path: `${pathOf(sequence, context)}/${index}/` }
}

function byRange({ offset, length }: BulkData): string {
  return `?offset=${offset}&length=${length ?? ''}`
}

const binaryVRs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'])

/** Command and meta information, group lengths, and padding (PS3.18 F.2.2). */
export function isLeftOut(tag: number): boolean {
  const group = tag >>> 16
  return group === 0x0000 || group === 0x0002 || (tag & 0xffff) === 0 || tag === 0xfffcfffc
}

/** Most data sets are. */
function inOrder(elements: DataSet): DataSet {
  const isSorted = elements.every(({ tag }, index) => index === 0 || (elements[index - 1] as DicomElement).tag <= tag)
  return isSorted ? elements : elements.toSorted((a, b) => a.tag - b.tag)
}

function pathOf({ tag }: DicomElement, { path }: Context): string {
  return `${path}${nameOf(tag)}`
}

const names = new Map<number, string>()
/** Tags come from files: what is remembered of them must not grow with them. */
const mostRemembered = 4096

export function nameOf(tag: number): string {
  let name = names.get(tag)
  if (name === undefined) {
    name = tag.toString(16).padStart(8, '0').toUpperCase()
    if (names.size >= mostRemembered) names.clear()
    names.set(tag, name)
  }
  return name
}

/** `undefined` for binary values. */
function valuesOf(element: DicomElement, decode: DecodeText): readonly DicomJsonValue[] | undefined {
  const { vr } = element
  const texts = textValues(element, decode)
  if (texts === undefined) return tagValues(element) ?? numberValues(element)?.map(jsonNumber)
  if (vr === 'PN') return texts.map(personName)
  if (vr === 'DS' || vr === 'IS') return texts.map((text) => (text === '' ? null : numberOfText(vr, text)))
  return texts.map((text) => (text === '' ? null : text))
}
