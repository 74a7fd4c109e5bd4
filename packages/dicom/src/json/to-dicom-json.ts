import { type DecodeText, textDecoding } from '../charset/text-decoding.ts'
import { malformed } from '../errors.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { type DataSet, type DicomElement, settled } from '../structure/data-set.ts'
import { itemsOf } from '../structure/items.ts'
import { tags } from '../structure/tag.ts'
import { latin1 } from '../values/ascii.ts'
import { isSigned } from '../values/is-signed.ts'
import { numberValues, tagValues } from '../values/numbers.ts'
import { textValues } from '../values/text.ts'
import type { DicomJson, DicomJsonElement, DicomJsonValue } from '@gantry/core'

import type { BulkData, DicomJsonOptions } from './dicom-json.ts'
import { inlineBinary } from './inline-binary.ts'
import { jsonNumber, numberOfText, personName } from './json-value.ts'

/**
 * The DICOM JSON model of a header (PS3.18 F): without the meta information, unless it is asked for, group lengths, and
 * the pixel data unless `bulkDataURI` has a place for them. `invalid` where a sequence turns out to be malformed.
 */
export function toDicomJson(header: DicomHeader, options: DicomJsonOptions = {}): DicomJson {
  const conversion = new Conversion(options)
  const context = { decode: textDecoding(''), signed: false, path: '' }
  const json: { [tag: string]: DicomJsonElement } = {
    ...(options.metaInformation === true && conversion.dataSet(header.meta, context, () => false)),
    ...conversion.dataSet(header.elements, context),
  }
  const { pixelData } = header
  if (pixelData !== undefined && options.bulkDataURI !== undefined) {
    const path = nameOf(pixelData.tag)
    const uri = options.bulkDataURI({ ...pixelData, path })
    if (uri !== undefined) json[path] = { vr: pixelData.vr, BulkDataURI: uri }
  }
  return json
}

/** What items take over from the data set around them. */
interface Context {
  readonly decode: DecodeText
  readonly signed: boolean
  readonly path: string
}

class Conversion {
  readonly #options: DicomJsonOptions
  #left: number

  constructor(options: DicomJsonOptions) {
    this.#options = options
    this.#left = options.maxElements ?? 1_000_000
  }

  dataSet(elements: DataSet, outer: Context, leavesOut = isLeftOut): DicomJson {
    const charset = elements.find(({ tag }) => tag === tags.specificCharacterSet)?.value
    const decode = charset === undefined ? outer.decode : textDecoding(latin1(charset))
    const signed = isSigned(elements) ?? outer.signed
    const json: { [tag: string]: DicomJsonElement } = {}
    for (const element of settled(elements, signed).toSorted((a, b) => a.tag - b.tag)) {
      if (leavesOut(element.tag)) continue
      const name = nameOf(element.tag)
      const converted = this.#element(element, { decode, signed, path: `${outer.path}${name}` })
      if (converted !== undefined) json[name] = converted
    }
    return json
  }

  #element(element: DicomElement, context: Context): DicomJsonElement | undefined {
    const { vr, value } = element
    // What is written here is Unicode, whatever the file is in.
    const keeps = this.#options.keepCharacterSet === true
    if (element.tag === tags.specificCharacterSet && !keeps) return { vr: 'CS', Value: ['ISO_IR 192'] }
    if (vr === 'SQ' && value !== undefined) return this.#sequence(element, context)
    if (value === undefined || element.length === undefined) return this.#unread(element, context)
    const values = valuesOf(element, context.decode)
    if (values !== undefined) return values.length === 0 ? { vr } : { vr, Value: values }
    return this.#binary(element, value, context)
  }

  #sequence(element: DicomElement, context: Context): DicomJsonElement | undefined {
    let items: readonly DataSet[]
    try {
      items = itemsOf(element, () => this.#count())
    } catch (error) {
      // Of VR UN, and only the dictionary takes it for a sequence: then it stays what the file says.
      if (!element.reinterpreted || element.length === undefined || this.#left < 0) throw error
      return this.#element({ ...element, vr: 'UN', reinterpreted: false }, context)
    }
    if (items.length === 0) return { vr: 'SQ' }
    const { path } = context
    return {
      vr: 'SQ',
      Value: items.map((item, index) => this.dataSet(item, { ...context, path: `${path}/${index}/` })),
    }
  }

  #binary(element: DicomElement, value: Uint8Array, context: Context): DicomJsonElement {
    const vr = binaryVRs.has(element.vr) ? element.vr : 'UN'
    if (value.length === 0) return { vr }
    if (value.length > (this.#options.inlineLimit ?? 1024)) {
      const uri = this.#options.bulkDataURI?.({ path: context.path, vr, offset: element.offset, length: value.length })
      if (uri !== undefined) return { vr, BulkDataURI: uri }
    }
    return { vr, InlineBinary: inlineBinary(element, value) }
  }

  /** Too long to have been read, or in fragments, which have no place inline. */
  #unread(element: DicomElement, context: Context): DicomJsonElement | undefined {
    const { offset, length = element.value?.length } = element
    const vr = element.reinterpreted ? 'UN' : element.vr
    const bulk: BulkData = { path: context.path, vr, offset, length }
    const { bulkDataURI = byRange } = this.#options
    const uri = bulkDataURI(bulk)
    return uri === undefined ? undefined : { vr, BulkDataURI: uri }
  }

  #count(): void {
    this.#left -= 1
    if (this.#left < 0) throw malformed('the sequences hold more elements than are converted to JSON')
  }
}

function byRange({ offset, length }: BulkData): string {
  return `?offset=${offset}&length=${length ?? ''}`
}

const binaryVRs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'])

/** Command and meta information, group lengths, and padding (PS3.18 F.2.2). */
function isLeftOut(tag: number): boolean {
  const group = tag >>> 16
  return group === 0x0000 || group === 0x0002 || (tag & 0xffff) === 0 || tag === 0xfffcfffc
}

function nameOf(tag: number): string {
  return tag.toString(16).padStart(8, '0').toUpperCase()
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
