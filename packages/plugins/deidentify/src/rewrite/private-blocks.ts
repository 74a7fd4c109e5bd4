import type { DataSet, DicomElement } from '@gantry/dicom'

import type { SafePrivate } from '../table/safe-private.ts'
import { latin1Of } from '../values/latin1.ts'
import { fits } from './fits.ts'

/** Private attributes that are retained: VRs by creator, group and low byte of the element. */
export type SafePrivateSet = ReadonlyMap<string, string>

export function safePrivateSet(attributes: readonly SafePrivate[]): SafePrivateSet {
  return new Map(attributes.map(({ creator, group, element, vr }) => [keyOf(creator, group, element), vr]))
}

/** Whether an attribute could be one of them, for all that its tag tells. */
export function mayBeSafe(tag: number, safe: SafePrivateSet): boolean {
  const place = keyOf('', tag >>> 16, tag & 0xff)
  return [...safe.keys()].some((key) => key.startsWith(place))
}

/** The private elements of a data set that are safe, and the creators (PS3.5 7.8.1) that define them. */
export function safeElements(elements: DataSet, safe: SafePrivateSet): ReadonlySet<DicomElement> {
  const kept = new Set<DicomElement>()
  if (safe.size === 0) return kept
  const creators = new Map<number, { readonly element: DicomElement; readonly name: string }>()
  for (const element of elements) {
    const number = element.tag & 0xffff
    if ((element.tag & 0x10000) !== 0 && number >= 0x10 && number <= 0xff && element.value !== undefined) {
      creators.set(((element.tag >>> 16) << 8) | number, { element, name: latin1Of(element.value).trim() })
    }
  }
  for (const element of elements) {
    const { tag, vr } = element
    if ((tag & 0x10000) === 0 || (tag & 0xffff) < 0x1000) continue
    const creator = creators.get(((tag >>> 16) << 8) | ((tag >>> 8) & 0xff))
    if (creator === undefined) continue
    const known = safe.get(keyOf(creator.name, tag >>> 16, tag & 0xff))
    if (known === undefined || !isAsKnown(vr, known, element)) continue
    kept.add(element)
    kept.add(creator.element)
  }
  return kept
}

function keyOf(creator: string, group: number, element: number): string {
  return `${group}/${element}/${creator}`
}

/** Written as it is known to be, or as UN in a file that names no VRs; and no longer or other than it can be. */
function isAsKnown(vr: string, known: string, { tag, value = new Uint8Array(0) }: DicomElement): boolean {
  if ((vr !== known && vr !== 'UN') || !fits(tag, known, value)) return false
  return value.length <= 64 || !['CS', 'LO', 'SH'].includes(known)
}
