import type { Item } from '../engine/model.ts'

/**
 * As a study has its series: by number, then by when they were taken, then by name. Studies stay in the order in which they
 * came, and so do series that do not say where they stand, behind the others.
 */
export function inSeriesOrder(items: readonly Item[]): readonly Item[] {
  return [...Map.groupBy(items, studyOf).values()].flatMap((of) => of.toSorted(compareSeries))
}

/** What is of no study that anybody knows stays together. */
function studyOf({ whose, files }: Item): string {
  return whose?.study ?? files[0]?.image?.studyInstanceUID ?? ''
}

function compareSeries(a: Item, b: Item): number {
  if (a.place === undefined || b.place === undefined)
    return Number(a.place === undefined) - Number(b.place === undefined)
  const [one, other] = [a.place.number ?? Infinity, b.place.number ?? Infinity]
  if (one !== other) return one < other ? -1 : 1
  return compareTexts(a.place.taken, b.place.taken) || compareTexts(a.name, b.name)
}

function compareTexts(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}
