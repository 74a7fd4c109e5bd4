import { type Entry, isGantryError, type Tally } from '@gantry/core'

import { DestinationListing } from './destination-listing.ts'
import { type Grouping, groupingOf } from './grouping.ts'
import { isSize } from './is-size.ts'
import { NamedImages } from './named-images.ts'
import type { PlannedEntry, Refusal } from './journal/journal.ts'
import { noImage, placeOf, refusalOf, unlessFits } from './place-of.ts'
import { batchSize, type PlannerOptions, type Planning } from './planning.ts'
import { selectedEntries, type SelectedEntriesOptions, type SelectedEntry } from './selected-entries.ts'
import { separate } from './separate.ts'
import { watchedPersistently } from './runner/watched-persistently.ts'
import { becomeOf, becomes, type Transform } from './transform.ts'

/**
 * Lists the source, and where it helps the destination, into the journal; holds a thousand entries at a time. A listing
 * that breaks off is begun anew, and what was `added` is taken back first; so is what it repeats.
 */
export async function plan(options: PlannerOptions): Promise<void> {
  const { signal, watchdog, added } = options
  let counted: Tally = { entries: 0, bytes: 0 }
  await watchedPersistently(watchdog, signal, async (watched) => {
    if (counted.entries > 0) added({ entries: -counted.entries, bytes: -counted.bytes }, false)
    counted = { entries: 0, bytes: 0 }
    const count = (more: Tally, unsized: boolean) => {
      counted = { entries: counted.entries + more.entries, bytes: counted.bytes + more.bytes }
      added(more, unsized)
    }
    await planOnce({ ...options, signal: watched.signal, watched, added: count })
  })
}

async function planOnce(options: Planning): Promise<void> {
  const { journal, signal, watched, added } = options
  await journal.clearPlan()
  let batch: PlannedEntry[] = []
  let total = 0
  const grouping = groupingOf(options.from, options.to)
  const destination = new DestinationListing(options)
  const flush = async () => {
    if (batch.length === 0) return
    // Whoever places entries may ask a store for each, which is watched by itself.
    const placed = options.placed === undefined ? batch : await watched.aside(options.placed(batch))
    signal.throwIfAborted()
    await journal.addEntries(placed)
    total += batch.length
    const bytes = batch.reduce((sum, { source }) => sum + (source.size ?? 0), 0)
    added(
      { entries: batch.length, bytes },
      batch.some(({ source }) => source.size === undefined),
    )
    batch = []
  }
  try {
    for await (const found of selected(options)) {
      watched.touch()
      const { entry: source, refusal, flaw } = sized(found)
      batch.push(
        refusal === undefined
          ? withFlaw(plannedAs(grouping, source, options), flaw)
          : { source: lean(source), target: '', refusal },
      )
      if (batch.length >= batchSize) await flush()
    }
    await flush()
    const repeated = await journal.dropRepeated()
    if (repeated !== undefined) {
      added({ entries: -repeated.entries, bytes: -repeated.bytes }, false)
      watched.touch()
      await separate(options)
    }
    const existing = await destination.record(total)
    signal.throwIfAborted()
    await journal.finishPlan(existing)
  } finally {
    destination.close()
  }
}

/** What is said to be of a length that nothing can have is refused; the others are none the worse for it. */
function sized(found: SelectedEntry): SelectedEntry {
  const { entry, refusal } = found
  if (entry.size === undefined || isSize(entry.size)) return found
  const unsized = { ...entry, size: 0 }
  return {
    entry: unsized,
    refusal: refusal ?? refusalOf({ code: 'invalid', message: 'The source tells a length that is none.' }),
  }
}

/** One without a place goes alone, to be listed as failed; so does what a parcel of the destination has no place for. */
function plannedAs(grouping: Grouping, entry: Entry, { layout, to, transforms }: PlannerOptions): PlannedEntry {
  const source = lean(entry)
  const become = becomeOrNot(transforms, entry)
  if ('refusal' in become) return { source, target: '', refusal: become.refusal }
  const place = placeOf(layout, become.entry)
  if (place.target === '') return { source, ...place }
  // A parcel is refused as a whole for a path that the store cannot keep.
  const refusal = unlessFits(place.target, to)
  const parcel = refusal === undefined ? grouping.parcelOf(become.entry) : undefined
  if (parcel !== undefined) return { source, ...place, parcel }
  return grouping.needsParcel ? { source, target: '', refusal: refusal ?? noImage } : { source, ...place }
}

/** What has no place because it could not be read is told why. */
function withFlaw(planned: PlannedEntry, flaw: string | undefined): PlannedEntry {
  const { target, refusal } = planned
  if (flaw === undefined || target !== '' || refusal?.code !== 'invalid') return planned
  return { ...planned, refusal: { code: 'invalid', message: flaw } }
}

/** What it will be; of what a transform can make nothing of, why. */
function becomeOrNot(
  transforms: readonly Transform[],
  source: Entry,
): { readonly entry: Entry } | { readonly refusal: Refusal } {
  try {
    const entry = becomeOf(transforms, source)
    return entry.path === '' ? { refusal: noImage } : { entry }
  } catch (error) {
    if (isGantryError(error)) return { refusal: refusalOf(error) }
    throw error
  }
}

/** What is selected; and what the selection names and nothing was found of, to be counted and listed as failed. */
async function* selected(options: Planning): AsyncGenerator<SelectedEntry, void, undefined> {
  const { from, to, entries, identify, journal, layout, transforms, signal, watched, watchdog } = options
  const { selection } = journal.spec
  // Who hands in entries has selected them.
  const named = new NamedImages(entries === undefined ? selection : {})
  const whole = becomes(transforms)
  const image = layout.needsImage === true || groupingOf(from, to).needsImage || whole
  const wanted = { image, attributes: layout.needsHeader === true, whole }
  // Header reads are watched one by one.
  const guard: SelectedEntriesOptions['guard'] = async (read) =>
    await watched.aside(watchedPersistently(watchdog, signal, async (own) => await read(own.signal)))
  let refused = false
  for await (const found of selectedEntries({ from, selection, entries, identify, wanted, signal, guard })) {
    if (found.refusal === undefined) named.see(found.entry)
    else refused = true
    yield found
  }
  // What may not be looked at may be what was named.
  if (refused) return
  for (const { path, message } of named.missing()) {
    yield { entry: { path, size: 0 }, refusal: { code: 'not_found', message } }
  }
}

/** What a journal keeps of an entry: attributes could name a patient, and are not needed any more. */
function lean({ attributes: _attributes, image: _image, tier: _tier, ...entry }: Entry): Entry {
  return entry
}
