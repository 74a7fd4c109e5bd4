import { compileSelection, type Entry, GantryError, isGantryError, type Selection, type Store } from '@gantry/core'
import type { MissingImages, NamedImages } from '@gantry/transfer'
import { sideBySide } from '@gantry/transfer/side-by-side'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodeOfAll, exitCodes } from '../exit-code.ts'
import { type SelectionFlags, toSelection } from '../options/selection-options.ts'
import { namedIn, tellMissing } from '../places/missing-images.ts'
import { openPlaces } from '../places/open-places.ts'
import { selectEntries } from '../places/select-entries.ts'
import { parseGiven } from '../places/store-options.ts'
import { entries, formatBytes, formatSize } from '../render/amounts.ts'
import { type Failure, listedFailures, renderFailures } from '../render/failures.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'
import { createCounter } from '../report/counter.ts'
import { UsageError } from '../usage-error.ts'

export interface RemoveFlags extends SelectionFlags {
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
  const { io, options, signal } = context
  const places = await openPlaces(context)
  const { store, entry: only } = await places.openExisting(place, parseGiven(flags.option ?? []))
  const selection = toSelection(flags, only)
  const named = await namedIn(selection)
  const refused = new Refused(selection, named)
  const { onRefused } = refused
  const select = () => selectEntries(store, selection, { signal, named, onRefused })
  try {
    if (!store.abilities.remove) throw new GantryError('unsupported', 'This store removes nothing.')
    if (flags.dryRun === true) return await show(context, select(), refused)
    if (flags.yes === true) return await removeAll(context, store, select(), refused)
    if (!io.interactive || options.json) {
      throw new UsageError(
        'Nobody is there to confirm it: --yes removes without asking, --dry-run shows what would go.',
      )
    }
    // What is removed is what was counted: an entry that comes while the question stands stays.
    const chosen: Entry[] = []
    for await (const entry of select()) {
      if (chosen.length >= mostAsked)
        throw new UsageError('These are more than a million entries: narrow it, or use --yes.')
      chosen.push({ path: entry.path, ...(entry.size !== undefined && { size: entry.size }) })
    }
    if (chosen.length === 0) {
      say(context, 'No entries.')
      return refused.tell(context, exitCodes.done)
    }
    const bytes = chosen.reduce((sum, { size = 0 }) => sum + size, 0)
    const question = `Remove ${entries(chosen.length)} (${formatBytes(bytes)}) from ${printable(place)}? This cannot be undone.`
    const answer = await io.confirm(question)
    if (answer === undefined) return exitCodes.interrupted
    if (!answer) return say(context, 'Nothing was removed.')
    return await removeAll(context, store, chosen, refused)
  } finally {
    await store.close()
  }
}

/** Names that a store has and Gantry takes for no paths: they cannot be named to it, and so stay. So does what a damaged record holds. */
class Refused {
  readonly onRefused: (name: string, why: GantryError) => void
  #count = 0
  readonly #names: string[] = []
  readonly #damaged: string[] = []

  readonly #named: NamedImages | undefined

  constructor({ prefix, include, exclude, extensions }: Selection, named: NamedImages | undefined) {
    this.#named = named

    // Of the other selections, nobody can say whether they hold it: it may be meant.
    const mayBeMeant = compileSelection(
      {
        ...(prefix !== undefined && { prefix }),
        ...(include && { include }),
        ...(exclude && { exclude }),
        ...(extensions && { extensions }),
      },
      { headers: false },
    )
    this.onRefused = (path, { code }) => {
      const isDamaged = code === 'integrity'
      if (!isDamaged && !mayBeMeant({ path })) return
      this.#count += 1
      if (isDamaged) this.#damaged.push(path)
      else if (this.#names.length < listedFailures) this.#names.push(path)
    }
  }

  /** What was named and is not there, as soon as all is selected. */
  get missing(): readonly MissingImages[] {
    return this.#named?.missing() ?? []
  }

  get count(): number {
    return this.#count
  }

  /** Says how many were left, and how the command ends therefore. */
  tell(context: Context, exit: ExitCode): ExitCode {
    const { io, options } = context
    tellMissing(context, this.missing)
    if (this.#count === 0) return this.missing.length > 0 ? exitCodes.failed : exit
    if (!options.json) {
      const lines = this.#names.map((name) => `  ${printable(name)}\n`)
      const count = this.#count - this.#damaged.length
      if (count > this.#names.length) lines.push('  …\n')
      if (count > 0) io.stderr.write(`Left: ${entries(count)} whose names are no paths\n${lines.join('')}`)
      for (const name of this.#damaged) io.stderr.write(`Left: whatever is in ${printable(name)}, which is damaged\n`)
    }
    return exitCodes.failed
  }
}

async function show(context: Context, selected: AsyncIterable<Entry>, refused: Refused): Promise<ExitCode> {
  const { io, options } = context
  let count = 0
  let bytes = 0
  for await (const { path, size } of selected) {
    count += 1
    bytes += size ?? 0
    if (options.json) io.stdout.write(toJsonLine({ type: 'entry', intent: 'remove', path, bytes: size }))
    else if (!options.quiet) io.stdout.write(`remove   ${formatSize(size).padStart(9)}  ${printable(path)}\n`)
    await io.stdout.ready()
  }
  if (!options.json) io.stdout.write(`${entries(count)} (${formatBytes(bytes)}) would be removed\n`)
  // As the removal itself would end.
  const exit = refused.tell(context, exitCodes.done)
  const result = { type: 'result', dryRun: true, removed: 0, entries: count, bytes, refused: refused.count, exit }
  if (options.json) io.stdout.write(toJsonLine(result))
  return exit
}

async function removeAll(
  context: Context,
  store: Store,
  chosen: AsyncIterable<Entry> | Iterable<Entry>,
  refused: Refused,
): Promise<ExitCode> {
  const { io, options, signal, style } = context
  const failures: Failure[] = []
  const codes = new Set<Failure['code']>()
  let removed = 0
  let failed = 0
  const counter = createCounter(context, 'Removed')
  const removeOne = async ({ path, size }: Entry) => {
    try {
      await store.remove(path, { signal })
      removed += 1
      counter.add(size ?? 0)
      if (options.json) io.stdout.write(toJsonLine({ type: 'removed', path, bytes: size }))
    } catch (error) {
      if (!isGantryError(error) || error.code === 'cancelled') throw error
      const { code, message } = error
      failed += 1
      codes.add(code)
      if (failures.length < listedFailures) failures.push({ path, code, message })
      if (options.json) io.stdout.write(toJsonLine({ type: 'failed', path, code, message }))
    }
  }
  try {
    await sideBySide(chosen, atOnce, removeOne)
  } finally {
    counter.end()
  }
  if (refused.count > 0) codes.add('invalid')
  if (refused.missing.length > 0) codes.add('not_found')
  const exit = exitCodeOfAll(codes)
  if (options.json) {
    io.stdout.write(toJsonLine({ type: 'result', removed, failed, refused: refused.count, exit }))
  } else if (!options.quiet || failed > 0) {
    const lines = [`Removed ${entries(removed)}`]
    if (failed > 0) lines.push(style.stdout.red(`${entries(failed)} could not be removed:`))
    lines.push(...renderFailures(failures, failed, 'run it again', style.stdout))
    io.stdout.write(`${lines.join('\n')}\n`)
  }
  return refused.tell(context, exit)
}

function say({ io, options }: Context, text: string): ExitCode {
  if (!options.quiet) io.stdout.write(`${text}\n`)
  return exitCodes.done
}
