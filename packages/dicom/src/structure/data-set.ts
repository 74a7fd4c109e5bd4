import { vrOfTag } from '../dictionary/dictionary.ts'
import { undefinedLength } from './element-cursor.ts'
import type { Encoding } from './encoding.ts'
import type { ElementHead, ValueHead } from './sink.ts'
import { vrCodes, vrName } from './value-representation.ts'
import { encodingWithin } from './walk.ts'

/** One data element. */
export interface DicomElement {
  /** Group and element: `0x00100010`. */
  readonly tag: number
  /** As the file says; where it says nothing (implicit, UN), as the standard does; else `UN`. */
  readonly vr: string
  /** Where the value begins in the file; in a deflated one, in the inflated data set. */
  readonly offset: number
  /** Bytes of the value; `undefined` where a delimiter ends it. */
  readonly length: number | undefined
  /** As it stands in the file; `undefined` if it was too long to be read. */
  readonly value: Uint8Array | undefined
  /** Of the value. */
  readonly encoding: Encoding
  /** The file says UN, `vr` is what the standard has for the tag. */
  readonly reinterpreted: boolean
  /** Of a sequence within another one; `itemsOf` gives those of any. */
  readonly items?: readonly DataSet[]
}

export type DataSet = readonly DicomElement[]

/** As the file says; where it says nothing (implicit, UN), as the standard does; else `UN`. */
export function vrOf({ tag, vr, length }: ValueHead): string {
  const written = vr === 0 ? 'UN' : vrName(vr)
  return written === 'UN' ? (vrOfTag(tag) ?? (length === undefinedLength ? 'SQ' : 'UN')) : written
}

/** A head as a scan came by it; the VR may still be `xs`, see `settled`. */
export function toElement(head: ElementHead, value: Uint8Array | undefined, encoding: Encoding): DicomElement {
  const { tag, offset } = head
  const length = head.length === undefinedLength ? undefined : head.length
  const vr = vrOf(head)
  const reinterpreted = head.vr === vrCodes.UN && vr !== 'UN'
  return { tag, vr, offset, length, value, encoding: encodingWithin(head.vr, encoding), reinterpreted }
}

/** Settles `xs`: US, or SS where the pixels are signed. */
export function settled(elements: readonly DicomElement[], signed: boolean): DataSet {
  if (!elements.some(({ vr }) => vr === 'xs')) return elements
  return elements.map((element) => (element.vr === 'xs' ? { ...element, vr: signed ? 'SS' : 'US' } : element))
}
