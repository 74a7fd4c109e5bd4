import type { Entry, Store } from '@gantry/core'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { openPlaces } from '../places/open-places.ts'
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
  const { store, entry: path } = await places.openExisting(place, parseGiven(flags.option ?? []))
  try {
    if (path === undefined) return await statPlace(context, store)
    const stored = await store.stat(path, { signal })
    const { readImageHeader } = await import('../jobs/read-image-header.ts')
    const header = await readImageHeader(store, stored, signal)
    const entry = { ...stored, ...(header?.image !== undefined && { image: header.image }) }
    const attributes = header?.attributes ?? {}
    if (options.json) io.stdout.write(toJsonLine({ type: 'entry', ...entryJson(entry), attributes }))
    else io.stdout.write(`${renderFacts(entryFacts(entry, attributes), style.stdout)}\n`)
    return exitCodes.done
  } finally {
    await store.close()
  }
}

async function statPlace({ io, options, signal, style }: Context, store: Store): Promise<ExitCode> {
  let count = 0
  let bytes: number | undefined = 0
  let last: Entry | undefined
  for await (const entry of store.list({}, { signal })) {
    count += 1
    bytes = addSize(bytes, entry.size)
    if (last === undefined || (entry.modified ?? 0) > (last.modified ?? 0)) last = entry
  }
  const { abilities, url, scheme } = store
  if (options.json) io.stdout.write(toJsonLine({ type: 'place', url, scheme, entries: count, bytes, abilities }))
  else io.stdout.write(`${renderFacts(placeFacts(store, { count, bytes, modified: last?.modified }), style.stdout)}\n`)
  return exitCodes.done
}
