import { type Entry, type ErrorCode, GantryError } from '@gantry/core'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodeOfAll, exitCodes } from '../exit-code.ts'
import { isWithin } from '../places/is-within.ts'
import { openPlaces } from '../places/open-places.ts'
import type { Place } from '../places/places.ts'
import { parseGiven } from '../places/store-options.ts'
import { addSize } from '../render/amounts.ts'
import { toJsonLine } from '../render/json.ts'
import { entryFacts, placeFacts } from '../render/stat.ts'
import { entryJson } from '../render/entry-json.ts'
import { renderFacts } from '../render/table.ts'

export interface StatFlags {
  readonly option?: readonly string[]
}

/** `gantry stat`. */
export async function stat(context: Context, place: string, flags: StatFlags): Promise<ExitCode> {
  const { io, options, signal, style } = context
  const places = await openPlaces(context)
  const opened = await places.openExisting(place, parseGiven(flags.option ?? []))
  const { store, entry: path } = opened
  try {
    if (path === undefined) return await statPlace(context, opened)
    const stored = await store.stat(path, { signal })
    const { readImageHeader } = await import('../jobs/read-image-header.ts')
    const header = await readImageHeader(store, stored, signal)
    const entry = { ...stored, ...(header?.image !== undefined && { image: header.image }) }
    const { attributes = {}, flaw } = header ?? {}
    if (options.json) io.stdout.write(toJsonLine({ type: 'entry', ...entryJson(entry), attributes, flaw }))
    else io.stdout.write(`${renderFacts(entryFacts(entry, attributes, flaw), style.stdout)}\n`)
    return exitCodes.done
  } finally {
    await store.close()
  }
}

async function statPlace({ io, options, signal, style }: Context, { store, address }: Place): Promise<ExitCode> {
  let count = 0
  let bytes: number | undefined = 0
  let last: Entry | undefined
  const refused: ErrorCode[] = []
  const onRefused = (_: string, { code }: GantryError) => void refused.push(code)
  for await (const entry of store.list({}, { signal, onRefused })) {
    count += 1
    bytes = addSize(bytes, entry.size)
    if (last === undefined || (entry.modified ?? 0) > (last.modified ?? 0)) last = entry
  }
  const { abilities, url, scheme } = store
  // Objects make their folders; what can be searched is a service, and answers where there is one.
  if (count + refused.length === 0 && isWithin(address) && abilities.query !== true) {
    throw new GantryError('not_found', 'There is nothing at or below this place.', { path: url })
  }
  const exit = exitCodeOfAll(refused)
  const about = { url, scheme, entries: count, bytes, refused: refused.length, abilities }
  if (options.json) io.stdout.write(toJsonLine({ type: 'place', ...about }))
  else {
    const counted = { count, bytes, refused: refused.length, modified: last?.modified }
    io.stdout.write(`${renderFacts(placeFacts(store, counted), style.stdout)}\n`)
  }
  return exit
}
