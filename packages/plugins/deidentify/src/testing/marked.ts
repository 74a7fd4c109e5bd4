import { vrOfTag } from '@gantry/dicom'
import type { Element, ValueRepresentation } from '@gantry/testkit/phantom'

import { confidentialityTable } from '../table/confidentiality-table.ts'

/** An attribute, and bytes that occur in a file only if its value does. */
export interface Marked {
  readonly tag: number
  readonly vr: string
  readonly element: Element
  /** `undefined` where the VR has no room for a value that cannot come about by chance. */
  readonly marker: string | undefined
}

const codingSchemeDesignator = 0x00080102
const codeMeaning = 0x00080104

/** Every attribute of Table E.1-1, of repeating groups two each, with a marker for its value. */
export function markedTable(prefix: 'T' | 'N'): readonly Marked[] {
  const tags = confidentialityTable().flatMap(({ tag }) =>
    tag.startsWith('50')
      ? [0x50000022, 0x50002500, 0x50023000, 0x5002200c]
      : tag.includes('X')
        ? [tag.replace('XX', '00'), tag.replace('XX', '1E')].map((each) => Number.parseInt(each, 16))
        : [Number.parseInt(tag, 16)],
  )
  return tags
    .filter((tag) => tag >>> 16 >= 0x0008)
    .map((tag, index) => marked(tag, vrOfTag(tag) ?? 'UN', prefix, index))
}

export function marked(tag: number, known: string, prefix: string, index: number): Marked {
  const vr = known === 'xs' ? 'US' : known
  const name = `${prefix}${tag.toString(16).padStart(8, '0').toUpperCase()}Q`
  const value = valueOf(vr, name, index, prefix === 'N')
  const marker = typeof value === 'string' ? value : vr === 'SQ' || value instanceof Uint8Array ? name : undefined
  return { tag, vr, element: [tag, vr as ValueRepresentation, value], marker }
}

function valueOf(vr: string, name: string, index: number, nested: boolean): Element[2] {
  const number = (nested ? 5000 : 1000) + index
  switch (vr) {
    case 'SQ':
      return {
        items: [
          [
            [codingSchemeDesignator, 'SH', 'DCM'],
            [codeMeaning, 'LO', name],
          ],
        ],
        undefinedLength: nested,
        undefinedItemLength: nested,
      }
    case 'OB':
    case 'UN':
    case 'OW':
      return new TextEncoder().encode(`${name}  `.slice(0, 12))
    case 'UI':
      return `1.2.3.${parseInt(name.slice(1, 9), 16)}.${number}`
    case 'DA':
      return new Date(Date.UTC(nested ? 2010 : 1960, 0, 1 + index)).toISOString().slice(0, 10).replaceAll('-', '')
    case 'TM':
      return `1${index % 10}1213.${String(number * 7).padStart(6, '3')}`
    case 'DT':
      return `20${10 + (index % 10)}0304111213.${String(number * 7).padStart(6, '3')}`
    case 'AS':
      return '047Y'
    case 'DS':
      return `${number}.${number}71`
    case 'IS':
      return `77${number}71`
    case 'FD':
    case 'FL':
    case 'SL':
    case 'SS':
    case 'UL':
    case 'US':
      return [17]
    default:
      return name
  }
}
