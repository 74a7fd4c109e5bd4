import type { Catalogue } from '../catalogue.ts'
import { receiptPage } from '../records/read-receipts.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import type { Target } from '../records/target.ts'

/** What of the catalogue is audited. */
export interface AuditSelection {
  /** Default: all that is archived. */
  readonly target?: Target
  readonly location?: string
  /** So many, chosen at random; or so many of a hundred; default: all. */
  readonly sample?: number
  readonly percent?: number
}

/** Receipts to look at: of what was removed, those that should still be there. `random` is from 0 up to 1. */
export async function* sampleReceipts(
  catalogue: Catalogue,
  { target, location, sample, percent }: AuditSelection,
  random: () => number,
): AsyncGenerator<CatalogueReceipt, void, undefined> {
  const all = async function* () {
    const receipts =
      target === undefined
        ? catalogue.allReceipts({ removed: true, ...(location !== undefined && { location }) })
        : catalogue.receipts(target)
    for await (const receipt of receipts) {
      if (location !== undefined && receipt.location !== location) continue
      if (receipt.removed === undefined || (await isMissed(catalogue, receipt))) yield receipt
    }
  }
  if (sample !== undefined) {
    const chosen = await reservoir(all(), sample, random)
    for (const id of chosen) yield* await receiptPage(catalogue.database, { after: id - 1, limit: 1 })
    return
  }
  for await (const receipt of all()) if (percent === undefined || random() * 100 < percent) yield receipt
}

/** Of so many things, the places of those to look at, as many as of receipts. */
export function placesOf(
  count: number,
  { sample, percent }: Pick<AuditSelection, 'sample' | 'percent'>,
  random: () => number,
): ReadonlySet<number> {
  const places = Array.from({ length: count }, (_, place) => place)
  if (sample === undefined) return new Set(places.filter(() => percent === undefined || random() * 100 < percent))
  // Fisher and Yates.
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    ;[places[last], places[other]] = [places[other] ?? 0, places[last] ?? 0]
  }
  return new Set(places.slice(0, sample))
}

/** Removed, or replaced, while it was retained and still is; and not back with the same bytes. */
async function isMissed(catalogue: Catalogue, receipt: CatalogueReceipt): Promise<boolean> {
  const { location, path, sha256, retainUntil, unit } = receipt
  // A unit keeps what newer ones replace; and what was shredded is no more, on purpose.
  if (unit !== undefined || retainUntil === undefined || retainUntil <= catalogue.now()) return false
  return (await catalogue.at(location, path))?.sha256 !== sha256
}

/** Each of any number with the same chance, in one pass: Vitter's algorithm R. */
async function reservoir(
  receipts: AsyncIterable<CatalogueReceipt>,
  count: number,
  random: () => number,
): Promise<number[]> {
  const chosen: number[] = []
  let seen = 0
  for await (const { id } of receipts) {
    seen += 1
    if (chosen.length < count) chosen.push(id)
    else {
      const place = Math.floor(random() * seen)
      if (place < count) chosen[place] = id
    }
  }
  return chosen.sort((a, b) => a - b)
}
