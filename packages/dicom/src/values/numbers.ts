import type { DicomElement } from '../structure/data-set.ts'

interface NumberFormat {
  readonly width: number
  get(view: DataView, at: number, littleEndian: boolean): number | bigint
}

const formats: { readonly [vr: string]: NumberFormat | undefined } = {
  US: { width: 2, get: (view, at, little) => view.getUint16(at, little) },
  SS: { width: 2, get: (view, at, little) => view.getInt16(at, little) },
  UL: { width: 4, get: (view, at, little) => view.getUint32(at, little) },
  SL: { width: 4, get: (view, at, little) => view.getInt32(at, little) },
  FL: { width: 4, get: (view, at, little) => view.getFloat32(at, little) },
  FD: { width: 8, get: (view, at, little) => view.getFloat64(at, little) },
  UV: { width: 8, get: (view, at, little) => view.getBigUint64(at, little) },
  SV: { width: 8, get: (view, at, little) => view.getBigInt64(at, little) },
}

/** The values of a binary number, or `undefined` for an element of another kind. An incomplete last one is left out. */
export function numberValues(element: DicomElement): readonly (number | bigint)[] | undefined {
  const format = Object.hasOwn(formats, element.vr) ? formats[element.vr] : undefined
  if (format === undefined) return undefined
  return eachOf(element, format.width, (view, at, little) => format.get(view, at, little))
}

/** The values of an AT, as `GGGGEEEE`, or `undefined` for an element of another kind. */
export function tagValues(element: DicomElement): readonly string[] | undefined {
  if (element.vr !== 'AT') return undefined
  return eachOf(element, 4, (view, at, little) => {
    const tag = view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little)
    return tag.toString(16).padStart(8, '0').toUpperCase()
  })
}

function eachOf<T>(
  { value, encoding }: DicomElement,
  width: number,
  get: (view: DataView, at: number, littleEndian: boolean) => T,
): T[] {
  if (value === undefined) return []
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  const values: T[] = []
  for (let at = 0; at + width <= value.length; at += width) values.push(get(view, at, !encoding.bigEndian))
  return values
}
