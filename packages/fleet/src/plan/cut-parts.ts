import type { Entry, ParcelUnit, Store } from '@gantry/core'

import type { NewPart } from '../ledger/records.ts'

/** Instances of a part, unless its unit is larger. */
const partEntries = 500
/** Bytes of a part that has more than one entry, unless its unit is larger: what a kill repeats is bounded. */
const partBytes = 4 * 2 ** 30

/** What must not be cut because a side moves it as one. */
function wholeOf(from: Store, to: Store): 'instance' | 'series' | 'study' {
  const units: (ParcelUnit | undefined)[] = [to.parcels?.ability.store?.unit, from.parcels?.ability.fetch?.unit]
  return units.includes('study') ? 'study' : units.includes('series') ? 'series' : 'instance'
}

/**
 * Cuts a study into parts: a series each, or some 500 instances of one; small series share a part. Entries of one image stay
 * together, because a part does not know what another one writes.
 */
export function cutParts(
  entries: readonly Entry[],
  { from, to }: { readonly from: Store; readonly to: Store },
): NewPart[] {
  const whole = wholeOf(from, to)
  if (whole === 'study') return [{ entries }]
  const sorted = [...entries].sort((a, b) => compare(keyOf(a), keyOf(b)))
  const parts: Entry[][] = []
  let bytes = 0
  for (const group of groupsBy(sorted, whole)) {
    const size = group.reduce((sum, entry) => sum + (entry.size ?? 0), 0)
    const last = parts.at(-1)
    if (last === undefined || last.length + group.length > partEntries || bytes + size > partBytes) {
      parts.push([...group])
      bytes = size
    } else {
      last.push(...group)
      bytes += size
    }
  }
  return parts.map((part) => ({ entries: part }))
}

/** What is never cut, in order. */
function groupsBy(sorted: readonly Entry[], whole: 'instance' | 'series'): Entry[][] {
  const groups = new Map<string, Entry[]>()
  for (const entry of sorted) {
    const [series, instance, path] = keyOf(entry)
    const key = whole === 'series' ? series : `${series}/${instance === '' ? path : instance}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  return [...groups.values()]
}

type Key = readonly [series: string, instance: string, path: string]

function keyOf({ image, path }: Entry): Key {
  return [image?.seriesInstanceUID ?? '', image?.sopInstanceUID ?? '', path]
}

function compare(a: Key, b: Key): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? ''
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
