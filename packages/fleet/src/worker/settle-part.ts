import { type Catalogue, type CatalogueReceipt, type NewReceipt, sha256At, toldOf } from '@gantry/catalogue'
import { type Entry, GantryError, isGantryError, type JobSpec, type Store } from '@gantry/core'
import { becomeOf, type Journal, nodeHashing, type Transform } from '@gantry/transfer'

export interface SettlePart {
  readonly journal: Journal
  readonly catalogue: Catalogue
  readonly from: Store
  readonly to: Store
  readonly spec: JobSpec
  /** As they were planned: they know what images they are. */
  readonly entries: readonly Entry[]
  readonly transforms: readonly Transform[]
  readonly signal: AbortSignal
}

export interface SettledPart {
  /** For the catalogue. */
  readonly receipts: readonly NewReceipt[]
  readonly sent: number
  readonly known: number
  /** Taken for the same, and not. */
  readonly different: number
}

/**
 * Turns a part's receipts into the catalogue's. What was there already is read on both sides, unless the catalogue knows it: a
 * worker may have died between the last byte and its receipt. May be told again.
 */
export async function settlePart(options: SettlePart): Promise<SettledPart> {
  const { journal, to, spec, signal } = options
  // What the catalogue hears of an image is what lies at the destination, and not whose it was.
  const planned = new Map(options.entries.map((entry) => [entry.path, becomeOf(options.transforms, entry)]))
  const kept = {
    ...(spec.tier !== undefined && to.abilities.tier !== undefined && { tier: spec.tier }),
    ...(spec.retainUntil !== undefined && { retainUntil: spec.retainUntil }),
  }
  const said = (path: string): Pick<NewReceipt, 'image' | 'attributes'> => {
    const { image, attributes } = planned.get(path) ?? {}
    return { ...(image !== undefined && { image }), ...(attributes !== undefined && { attributes }) }
  }
  const receipts: NewReceipt[] = []
  let [sent, known, different] = [0, 0, 0]
  for await (const { path, target, bytes, digests, version, verified, at } of journal.receipts()) {
    sent += 1
    const sha256 = digests.sha256 ?? (await digestAt(to, target, signal)).sha256
    const about = { path: target, bytes, sha256, at, verified, ...(version !== undefined && { version }) }
    receipts.push({ ...kept, ...about, ...toldOf(digests, to), ...said(path) })
  }
  for await (const { source, target } of journal.same()) {
    const receipt = await adopt(options, source, target)
    if (receipt === undefined) different += 1
    else {
      known += 1
      if (spec.retainUntil !== undefined) await to.retain(target, spec.retainUntil, { signal })
      receipts.push({ ...receipt, ...kept, ...said(source.path) })
    }
  }
  return { receipts, sent, known, different }
}

async function adopt(
  { catalogue, from, to, spec, signal }: SettlePart,
  source: Entry,
  target: string,
): Promise<NewReceipt | undefined> {
  const known = await catalogue.at(spec.to, target)
  const asIs = spec.transforms.length === 0
  if (asIs && known?.verified === true && (source.size === undefined || known.bytes === source.size))
    return receiptOf(known)
  const [mine, theirs] = await Promise.all([
    // What was transformed is not what was read.
    asIs ? digestAt(from, source.path, signal) : undefined,
    digestAt(to, target, signal),
  ])
  if (mine !== undefined && mine.sha256 !== theirs.sha256) return undefined
  const { version } = theirs.entry
  const about = { path: target, bytes: theirs.bytes, sha256: theirs.sha256, at: catalogue.now(), verified: true }
  return { ...about, ...(version !== undefined && { version }) }
}

function receiptOf({
  id: _id,
  location: _location,
  unit: _unit,
  checked: _checked,
  ...receipt
}: CatalogueReceipt): NewReceipt {
  return receipt
}

/** Of what is stored; what the store refuses ends this attempt at the part: `untilAnswered` is for the database alone. */
async function digestAt(store: Store, path: string, signal: AbortSignal) {
  try {
    return await sha256At(store, path, { hashing: nodeHashing, signal })
  } catch (error) {
    if (isGantryError(error) && error.code === 'unavailable') {
      throw new GantryError('timeout', 'The store did not let an entry be read back.', { cause: error })
    }
    throw error
  }
}
