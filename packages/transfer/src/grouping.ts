import type { Entry, ParcelUnit, Store } from '@gantry/core'

/** How entries are put together into parcels, in the order of the plan. */
export interface Grouping {
  /** It goes by what images say of themselves. */
  readonly needsImage: boolean
  /** What belongs to no parcel has no place at the destination. */
  readonly needsParcel: boolean
  /** `undefined` of an entry that goes alone. */
  parcelOf(entry: Entry): string | undefined
}

/** By the unit of the destination, else by that of the source; `others`: the parcel of what is no image, where the destination takes such. */
export function groupingOf(from: Store, to: Store, others?: string): Grouping {
  const taken = to.parcels?.ability.store?.unit
  const unit = taken ?? from.parcels?.ability.fetch?.unit ?? 'instance'
  const needsImage = unit === 'series' || unit === 'study'
  const parcelOf = parcelsBy(unit)
  const rest = needsImage && to.parcels?.ability.store?.others === true ? others : undefined
  return { needsImage, needsParcel: needsImage && taken !== undefined, parcelOf: (entry) => parcelOf(entry) ?? rest }
}

function parcelsBy(unit: ParcelUnit): Grouping['parcelOf'] {
  if (unit === 'instance') return () => undefined
  if (unit === 'study') return ({ image }) => image?.studyInstanceUID
  if (unit === 'series') return ({ image }) => image && `${image.studyInstanceUID}/${image.seriesInstanceUID}`
  let number = 1
  let entries = 0
  let bytes = 0
  return ({ size = 0 }) => {
    if (entries > 0 && (entries >= unit.entries || bytes + size > unit.bytes)) {
      number += 1
      entries = 0
      bytes = 0
    }
    entries += 1
    bytes += size
    return String(number)
  }
}
