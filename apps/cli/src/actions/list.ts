import type { Entry, GantryError } from '@gantry/core'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodeOfAll } from '../exit-code.ts'
import { entryJson } from '../render/entry-json.ts'
import { loadIdentify } from '../jobs/job-parts.ts'
import { type SelectionFlags, toSelection } from '../options/selection-options.ts'
import { namedIn, tellMissing } from '../places/missing-images.ts'
import { openPlaces } from '../places/open-places.ts'
import { selectEntries } from '../places/select-entries.ts'
import { parseGiven } from '../places/store-options.ts'
import { addSize, entries, formatBytes } from '../render/amounts.ts'
import { renderEntry } from '../render/entry.ts'
import { toJsonLine } from '../render/json.ts'
import { StudyIndex } from '../render/study-index.ts'
import { printable } from '../render/text.ts'

export interface ListFlags extends SelectionFlags {
  readonly long?: boolean
  readonly dicom?: boolean
  readonly recursive?: boolean
  readonly option?: readonly string[]
}

/** `gantry ls`. */
export async function list(context: Context, place: string, flags: ListFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const places = await openPlaces(context)
  const given = parseGiven(flags.option ?? [])
  const above = await places.discover(place, given, signal)
  if (above !== undefined) {
    const { listPlaces } = await import('./list-places.ts')
    return await listPlaces(context, above.discover, above.url, flags.recursive === true)
  }
  const { store, entry: only } = await places.openExisting(place, given)
  const selection = toSelection(flags, only)
  const named = await namedIn(selection)
  const refused: { readonly name: string; readonly why: GantryError }[] = []
  const flaws: { readonly name: string; readonly flaw: string }[] = []
  const studies = flags.dicom === true ? new StudyIndex() : undefined
  const identify = studies === undefined ? undefined : await loadIdentify()
  let count = 0
  let bytes: number | undefined = 0
  const show = (entry: Entry) => {
    if (options.json) io.stdout.write(toJsonLine({ type: 'entry', ...entryJson(entry) }))
    else io.stdout.write(`${renderEntry(entry, flags.long === true)}\n`)
  }
  try {
    const onRefused = (name: string, why: GantryError) => void refused.push({ name, why })
    const onFlaw = (name: string, flaw: string) => void flaws.push({ name, flaw })
    const selected = selectEntries(store, selection, { signal, identify, named, onRefused, onFlaw })
    for await (const entry of selected) {
      count += 1
      bytes = addSize(bytes, entry.size)
      if (studies === undefined) show(entry)
      else studies.add(entry)
      await io.stdout.ready()
    }
  } finally {
    await store.close()
  }
  if (studies !== undefined) {
    for (const line of options.json
      ? studies.toJson().map((value) => toJsonLine(value))
      : studies.render(context.style.stdout)) {
      io.stdout.write(line)
    }
  }
  // What the place holds, and this list or a copy of it does not.
  const codes = refused.map(({ why }) => why.code)
  const unread = flaws.map(() => 'integrity' as const)
  const missing = named?.missing() ?? []
  const exit = exitCodeOfAll([...codes, ...unread, ...missing.map(() => 'not_found' as const)])
  if (options.json) {
    for (const { name, why } of refused) {
      io.stdout.write(toJsonLine({ type: 'failed', path: name, code: why.code, message: why.message }))
    }
    for (const { name, flaw } of flaws) {
      io.stdout.write(toJsonLine({ type: 'failed', path: name, code: 'integrity', message: flaw }))
    }
    io.stdout.write(
      toJsonLine({ type: 'result', entries: count, bytes, refused: refused.length, unread: flaws.length, exit }),
    )
  } else if (!options.quiet)
    io.stderr.write(
      `${count === 0 ? 'No entries.' : `${entries(count)}${bytes === undefined ? '' : `, ${formatBytes(bytes)}`}`}\n`,
    )
  for (const { name, flaw } of flaws) io.stderr.write(`It cannot be read: ${printable(name)}: ${flaw}\n`)
  for (const { name, why } of refused)
    io.stderr.write(`It cannot be read or copied: ${printable(name)}: ${why.message}\n`)
  tellMissing(context, missing)
  return exit
}
