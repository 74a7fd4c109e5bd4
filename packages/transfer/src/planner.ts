import { createHash } from 'node:crypto'

import {
  type Attributes,
  checkLength,
  compileSelection,
  distinctPath,
  type Entry,
  GantryError,
  isGantryError,
  needsAttributes,
  needsHeader,
  type Store,
  type Tally,
} from '@gantry/core'

import { DestinationListing } from './destination-listing.ts'
import { type Grouping, groupingOf } from './grouping.ts'
import { isSize } from './is-size.ts'
import { mayBeMeant } from './may-be-meant.ts'
import { NamedImages } from './named-images.ts'
import type { Identify } from './job.ts'
import type { Journal, PlannedEntry, Refusal } from './journal/journal.ts'
import { orderedMap } from '@gantry/core/side-by-side'
import { noImage, placeOf, refusalOf } from './place-of.ts'
import { batchSize, type PlannerOptions, type Planning } from './planning.ts'
import { watchedPersistently } from './runner/watched-persistently.ts'
import { becomeOf, becomes, type Transform } from './transform.ts'

const unidentified = 'This selection asks for what images say of themselves: hand over `identify`, as of @gantry/dicom.'

/** Header reads at a time while planning. */
const headersAtOnce = 16

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
  const grouping = groupingOf(options.from, options.to, options.others)
  const destination = new DestinationListing(options)
  const flush = async () => {
    if (batch.length === 0) return
    const placed = (await options.placed?.(batch)) ?? batch
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
    for await (const found of wanted(options)) {
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
      await separate(journal, options)
    }
    const existing = await destination.record(total)
    signal.throwIfAborted()
    await journal.finishPlan(existing)
  } finally {
    destination.close()
  }
}

/** What is said to be of a length that nothing can have is refused; the others are none the worse for it. */
function sized(found: Selected): Selected {
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

function unlessFits(target: string, { abilities }: Store): Refusal | undefined {
  try {
    checkLength(target, abilities)
    return undefined
  } catch (error) {
    if (isGantryError(error)) return refusalOf(error)
    throw error
  }
}

/** An entry to be planned; one without a place is planned to be counted, and listed as failed. */
interface Selected {
  readonly entry: Entry
  readonly refusal?: Refusal
  readonly flaw?: string | undefined
  readonly partly?: Attributes | undefined
}

/** What is selected; and what the selection names and nothing was found of, to be counted and listed as failed. */
async function* wanted(options: Planning): AsyncGenerator<Selected, void, undefined> {
  const { entries, journal } = options
  // Who hands in entries has selected them.
  const named = new NamedImages(entries === undefined ? journal.spec.selection : {})
  let refused = false
  for await (const found of selected(options)) {
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

/** Entries of the source that the selection holds, with what their headers say where that is asked for. */
async function* selected(options: Planning): AsyncGenerator<Selected, void, undefined> {
  const { from, to, journal, layout, transforms, signal, watched } = options
  const { selection } = journal.spec
  const refused: (Refusal & { readonly path: string })[] = []
  const onRefused = (path: string, why: Refusal) => void refused.push({ path, ...refusalOf(why) })
  const entries = options.entries?.() ?? from.list(selection, { signal, onRefused })
  const matches = compileSelection(selection, { headers: true })
  const holdsPath = compileSelection(selection, { headers: false })
  const attributes = needsAttributes(selection) || layout.needsHeader === true
  const image =
    needsHeader(selection) || layout.needsImage === true || groupingOf(from, to).needsImage || becomes(transforms)
  if ((attributes || image) && options.identify !== undefined) {
    const { identify } = options
    // Header reads are watched one by one.
    const read = async (entry: Entry) => {
      // What the listing tells need not be read.
      const told = entry.attributes !== undefined && !becomes(transforms)
      if (entry.image !== undefined && (told || !attributes)) return { entry }
      return await watched.aside(readHeader(options, identify, entry))
    }
    for await (const found of orderedMap(entries, headersAtOnce, read)) {
      // What it is cannot be told where it is refused, so neither can it be left out.
      if (found.refusal !== undefined || matches(found.entry)) yield found
      else if (holdsPath(found.entry) && mayBeMeant(selection, { ...found.entry, ...found }))
        yield { ...found, refusal: { code: 'integrity', message: found.flaw ?? '' } }
    }
  } else {
    // A store that is searched tells images as it lists them; of others it would look as if nothing had been meant.
    const untold = needsHeader(selection) && from.abilities.query !== true
    for await (const entry of entries) {
      if (untold && entry.image === undefined && entry.attributes === undefined)
        throw new GantryError('invalid', unidentified)
      if (matches(entry)) yield { entry }
    }
  }
  // What is no entry cannot be moved. It is planned all the same, to be counted and listed as failed.
  for (const { path, ...refusal } of refused) {
    const entry = { path, size: 0 }
    const meant = refusal.code !== 'invalid' || matches({ ...entry, path: path.replace(/^\.\//u, '') })
    if (meant) yield { entry, refusal }
  }
}

/** An entry that cannot be opened is refused, which must not keep the others from being planned. */
async function readHeader(
  { from, signal, watchdog }: PlannerOptions,
  identify: Identify,
  entry: Entry,
): Promise<Selected> {
  try {
    const found = await watchedPersistently(watchdog, signal, async ({ signal: own }) => {
      return await identify(from, entry, { signal: own })
    })
    const { flaw, partly, ...told } = found ?? {}
    return { entry: { ...entry, ...told }, flaw, partly }
  } catch (error) {
    if (!isGantryError(error) || error.retryable || error.code === 'unauthenticated' || signal.aborted) throw error
    return { entry, refusal: refusalOf(error) }
  }
}

/** What a journal keeps of an entry: attributes could name a patient, and are not needed any more. */
function lean({ attributes: _attributes, image: _image, tier: _tier, ...entry }: Entry): Entry {
  return entry
}

/**
 * Gives entries that would end up at one path a path each, the same ones in every run. Where paths name images there is
 * no other path for the same image: then all but the first are paired with it.
 */
async function separate(journal: Journal, { to, transforms }: PlannerOptions): Promise<void> {
  const { abilities } = to
  if (abilities.layout !== undefined) {
    for await (const { target, entries } of journal.collisions()) {
      const [first, ...others] = entries
      if (target !== '' && first !== undefined) for (const { id } of others) await journal.pair(id, first.path)
    }
    return
  }
  const alias = transforms.find((transform) => transform.alias !== undefined)
  const tagOf = (path: string) => alias?.alias?.(path) ?? createHash('sha256').update(path).digest('hex').slice(0, 8)
  // A path that was given to tell two apart may be the very one that a third has.
  for (let again = true, round = 0; again; round += 1) {
    again = false
    for await (const { target, entries } of journal.collisions()) {
      if (target === '') continue
      for (const { id, path } of entries.slice(1)) {
        await journal.retarget(id, fittingPath(target, tagOf(`${path}${'\0'.repeat(round)}`), to))
        again = true
      }
    }
  }
}

/** The name is cut where it would get too long; one that is too long by itself fails, as the first of its name does. */
function fittingPath(target: string, tag: string, to: Store): string {
  const whole = distinctPath(target, tag)
  if (unlessFits(target, to) !== undefined) return whole
  const at = whole.lastIndexOf(`-${tag}`)
  const end = whole.slice(at)
  let name = whole.slice(0, at)
  while (unlessFits(name + end, to) !== undefined && /[^/].$/su.test(name)) name = name.replace(/.$/su, '')
  return name + end
}
