import { type Entry, GantryError, isGantryError, type Store } from '@gantry/core'
import { sideBySide } from '@gantry/core/side-by-side'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodeOfAll, exitCodes } from '../exit-code.ts'
import type { CatalogueFlags } from '../options/catalogue-option.ts'
import { type SelectionFlags, toSelection } from '../options/selection-options.ts'
import { keepingOwn } from '../places/archive-own.ts'
import { namedIn } from '../places/missing-images.ts'
import { openPlaces } from '../places/open-places.ts'
import { selectEntries } from '../places/select-entries.ts'
import { parseGiven } from '../places/store-options.ts'
import { entries, formatBytes, formatSize } from '../render/amounts.ts'
import { type Failure, listedFailures, renderFailures } from '../render/failures.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'
import { createCounter } from '../report/counter.ts'
import { UsageError } from '../usage-error.ts'
import { withCatalogueIfAny } from './archive/open-catalogue.ts'
import { Removals } from './archive/removals.ts'
import { Refused } from './refused.ts'
import { Tally, warnings } from './removal-tally.ts'

export interface RemoveFlags extends SelectionFlags, CatalogueFlags {
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly option?: readonly string[]
}

/** Removals at a time. */
const atOnce = 16
/** As many names as are kept between the question and the answer. */
const mostAsked = 1_000_000

/** `gantry rm`. */
export async function remove(context: Context, place: string, flags: RemoveFlags): Promise<ExitCode> {
  const places = await openPlaces(context)
  const opened = await places.openExisting(place, parseGiven(flags.option ?? []))
  const { store, entry: only } = opened
  try {
    if (!store.abilities.remove) throw new GantryError('unsupported', 'This store removes nothing.')
    return await withCatalogueIfAny(context, flags, async (catalogue) => {
      const known = catalogue === undefined ? undefined : await Removals.at(catalogue, places, opened)
      return await removeFrom(context, { place, store, only, known }, flags)
    })
  } finally {
    await store.close()
  }
}

interface From {
  /** As it was written. */
  readonly place: string
  readonly store: Store
  readonly only: string | undefined
  readonly known: Removals | undefined
}

async function removeFrom(context: Context, from: From, flags: RemoveFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const { place, store, only, known } = from
  const selection = keepingOwn(toSelection(flags, only))
  const named = await namedIn(selection)
  const refused = new Refused(context, selection, named)
  const { onRefused, onFlaw } = refused
  const select = () => selectEntries(store, selection, { signal, named, onRefused, onFlaw })
  if (flags.dryRun === true) return await show(context, select(), { refused, known })
  if (flags.yes === true) return await removeAll(context, store, select(), { refused, known })
  if (!io.interactive || options.json) {
    throw new UsageError('Nobody is there to confirm it: --yes removes without asking, --dry-run shows what would go.')
  }
  // What is removed is what was counted: an entry that comes while the question stands stays.
  const chosen: Entry[] = []
  const chosenTally = new Tally(known)
  for await (const entry of select()) {
    if (chosen.length >= mostAsked)
      throw new UsageError('These are more than a million entries: narrow it, or use --yes.')
    chosen.push({ path: entry.path, ...(entry.size !== undefined && { size: entry.size }) })
    await chosenTally.add(entry)
  }
  if (chosen.length === 0) {
    say(context, 'No entries.')
    return refused.tell(context)
  }
  const tally = await chosenTally.end()
  const what = `Remove ${entries(tally.entries)} (${formatBytes(tally.bytes)}) from ${printable(place)}?`
  const answer = await io.confirm([what, ...warnings(tally), 'This cannot be undone.'].join(' '))
  if (answer === undefined) return exitCodes.interrupted
  if (!answer) return say(context, 'Nothing was removed.')
  return await removeAll(context, store, chosen, { refused, known })
}

interface About {
  readonly refused: Refused
  readonly known: Removals | undefined
}

async function show(context: Context, selected: AsyncIterable<Entry>, { refused, known }: About): Promise<ExitCode> {
  const { io, options } = context
  const selectedTally = new Tally(known)
  for await (const entry of selected) {
    const { path, size } = entry
    await selectedTally.add(entry)
    if (options.json) io.stdout.write(toJsonLine({ type: 'entry', intent: 'remove', path, bytes: size }))
    else if (!options.quiet) io.stdout.write(`remove   ${formatSize(size).padStart(9)}  ${printable(path)}\n`)
    await io.stdout.ready()
  }
  const tally = await selectedTally.end()
  if (!options.json) {
    io.stdout.write(`${entries(tally.entries)} (${formatBytes(tally.bytes)}) would be removed\n`)
    for (const warning of warnings(tally)) io.stdout.write(`${warning}\n`)
  }
  // As the removal itself would end.
  const exit = refused.tell(context)
  const result = { type: 'result', dryRun: true, removed: 0, ...tally, ...refused.counts, exit }
  if (options.json) io.stdout.write(toJsonLine(result))
  return exit
}

async function removeAll(
  context: Context,
  store: Store,
  chosen: AsyncIterable<Entry> | Iterable<Entry>,
  { refused, known }: About,
): Promise<ExitCode> {
  const { io, options, signal, style } = context
  const failures: Failure[] = []
  const codes = new Set<Failure['code']>()
  let removed = 0
  let failed = 0
  let retained = 0
  const counter = createCounter(context, 'Removed')
  const removeOne = async ({ path, size }: Entry) => {
    try {
      await store.remove(path, { signal })
    } catch (error) {
      if (!isGantryError(error) || error.code === 'cancelled') throw error
      const { code, message } = error
      failed += 1
      codes.add(code)
      if (failures.length < listedFailures) failures.push({ path, code, message })
      if (options.json) io.stdout.write(toJsonLine({ type: 'failed', path, code, message }))
      return
    }
    removed += 1
    counter.add(size ?? 0)
    if (options.json) io.stdout.write(toJsonLine({ type: 'removed', path, bytes: size }))
    await known?.add(path)
  }
  try {
    await sideBySide(chosen, atOnce, removeOne)
  } finally {
    counter.end()
    // Of what was ended in the middle as well: what is gone is gone.
    retained = (await known?.end()) ?? 0
  }
  const exit = exitCodeOfAll([...codes, ...refused.codes()])
  if (options.json) {
    io.stdout.write(toJsonLine({ type: 'result', removed, failed, retained, ...refused.counts, exit }))
  } else if (!options.quiet || failed > 0) {
    const lines = [`Removed ${entries(removed)}`]
    if (retained > 0) lines.push(`${entries(retained)} of them before the day until which they were to be kept`)
    if (failed > 0) lines.push(style.stdout.red(`${entries(failed)} could not be removed:`))
    lines.push(...renderFailures(failures, failed, 'run it again', style.stdout))
    io.stdout.write(`${lines.join('\n')}\n`)
  }
  refused.tell(context)
  return exit
}

function say({ io, options }: Context, text: string): ExitCode {
  if (!options.quiet) io.stdout.write(`${text}\n`)
  return exitCodes.done
}
