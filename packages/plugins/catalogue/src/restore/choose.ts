import type { Catalogue } from '../catalogue.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import type { Target } from '../records/target.ts'

export interface ChooseOptions {
  /** Where they are taken from, where they lie in several places. */
  readonly prefer?: string | undefined
  /** What is not taken, because it was found gone or unreadable: the same bytes are, wherever else they lie. */
  readonly without?: ((receipt: CatalogueReceipt) => boolean) | undefined
  /** Told of entries that lie nowhere any more, or nowhere else. */
  readonly onLost?: ((receipt: CatalogueReceipt) => void) | undefined
}

/** Where something lies that a target holds. */
export interface ChosenReceipt extends CatalogueReceipt {
  /** The path that the target knows it by, where it lies at another one. */
  readonly as?: string
  /** What would have been taken rather than this, were it not for `without`. */
  readonly insteadOf?: readonly CatalogueReceipt[]
}

/**
 * For everything that a target holds, a receipt of where it lies now: in the preferred place if it is there, else where the
 * target has it, else wherever the same bytes were archived. Whatever is not told here is told to `onLost`.
 */
export async function* chooseReceipts(
  catalogue: Catalogue,
  target: Target,
  { prefer, without = () => false, onLost }: ChooseOptions = {},
): AsyncGenerator<ChosenReceipt, void, undefined> {
  const told = new Set<string>()
  for await (const wanted of catalogue.receipts(target)) {
    const live = await catalogue.whereIs(wanted.sha256)
    const own = await ownOf(catalogue, target, wanted, live)
    const best = live.find(({ location }) => location === prefer) ?? own[0] ?? live[0]
    if (best === undefined) {
      onLost?.(wanted)
      continue
    }
    const { location } = best
    if (own.some((one) => one.location === location)) {
      // Of several places, one; of several paths in that place, all: each of them is wanted by itself.
      if (wanted.removed !== undefined || wanted.location !== location) continue
    } else {
      // The place has it of others alone. Their paths are not the target's, which may have it at one path in several places.
      const key = `${best.id} ${wanted.path}`
      if (told.has(key)) continue
      told.add(key)
    }
    const candidates = nearestFirst(live, { location, path: wanted.path })
    const found = candidates.findIndex((one) => !without(one))
    const receipt = candidates[found]
    if (receipt === undefined) {
      onLost?.(wanted)
      continue
    }
    yield {
      ...receipt,
      ...(receipt.path !== wanted.path && { as: wanted.path }),
      ...(found > 0 && { insteadOf: candidates.slice(0, found) }),
    }
  }
}

function nearestFirst(
  live: readonly CatalogueReceipt[],
  { location, path }: { readonly location: string; readonly path: string },
): readonly CatalogueReceipt[] {
  if (live.length < 2) return live
  const far = (one: CatalogueReceipt) => (one.location === location ? 0 : 2) + (one.path === path ? 0 : 1)
  return [...live].sort((a, b) => far(a) - far(b))
}

/** Those that the target holds itself: of bytes, and of what DICOM names, all. */
async function ownOf(
  catalogue: Catalogue,
  target: Target,
  wanted: CatalogueReceipt,
  live: readonly CatalogueReceipt[],
): Promise<readonly CatalogueReceipt[]> {
  const { kind, name } = target
  if (kind === 'cid') return live.filter(({ cid, unit }) => cid === name || unit?.root === name)
  if (kind !== 'session') return live
  const own: CatalogueReceipt[] = []
  for (const one of live) if (one.id === wanted.id || (await catalogue.isOf(target, one))) own.push(one)
  return own
}
