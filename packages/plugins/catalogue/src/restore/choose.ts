import type { Catalogue } from '../catalogue.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import type { Target } from '../records/target.ts'

export interface ChooseOptions {
  /** Where they are taken from, where they lie in several places. */
  readonly prefer?: string
  /** Told of entries that lie nowhere any more. */
  readonly onLost?: (receipt: CatalogueReceipt) => void
}

/**
 * For everything that a target holds, a receipt of where it lies now: each only once, and in the preferred place if it is
 * there; also of what was removed from where it was, if the same bytes lie elsewhere.
 */
export async function* chooseReceipts(
  catalogue: Catalogue,
  target: Target,
  { prefer, onLost }: ChooseOptions = {},
): AsyncGenerator<CatalogueReceipt, void, undefined> {
  for await (const wanted of catalogue.receipts(target)) {
    const live = await catalogue.whereIs(wanted.sha256)
    const best = live.find(({ location }) => location === prefer) ?? live[0]
    if (best === undefined) {
      onLost?.(wanted)
      continue
    }
    if (wanted.removed === undefined) {
      // Of several places, one; of several paths in that place, all.
      if (wanted.location === best.location) yield wanted
      continue
    }
    // What replaces it is told by itself, where the target holds it.
    if (target.kind !== 'session' || (await catalogue.isOf(target, best))) continue
    yield best
  }
}
