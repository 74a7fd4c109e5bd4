import { type Call, type Entry, type Selection } from '@gantry/core/driver'
import { orderedMap } from '@gantry/core/side-by-side'

import type { Cod } from '../cod-parts.ts'
import { entryOf } from '../metadata/entry-of.ts'
import { type FoundSeries, findSeries, lookAt } from './find-series.ts'
import { isHashed } from './is-hashed.ts'
import { entryPathOf, placeholderOf, seriesOfPath } from './series-name.ts'
import { isMissed, openFound, tellTroubles } from './trouble-of.ts'

/** Metadata that are read side by side: they are short, and what they cost is the way there and back. */
const ahead = 16

/**
 * Instances of all series that are selected. What cannot be read is listed as an entry that fails with the reason when it
 * is read, unless it is to be skipped: a series must not be missing in silence.
 */
export async function* listInstances(
  cod: Cod,
  selection: Selection,
  call: Call,
): AsyncGenerator<Entry, void, undefined> {
  const { skipUnreadable } = cod.settings
  const open = async (found: FoundSeries) => ({ found, ...(await openFound(cod, found, call)) })
  for await (const { found, series, troubles } of orderedMap(selected(cod, selection, call), ahead, open)) {
    tellTroubles(cod, troubles, call)
    if (series === undefined) {
      if (!skipUnreadable && isMissed({ troubles })) yield { path: placeholderOf(found), size: 0 }
      continue
    }
    for (const instance of series.instances.values()) yield entryOf(found, instance)
    if (skipUnreadable) continue
    for (const key of series.broken) yield { path: entryPathOf(found, key), size: 0 }
  }
}

/** Series by what their names tell; what needs their metadata is left to whoever asked. */
export async function* selected(
  cod: Cod,
  selection: Pick<Selection, 'prefix' | 'studies' | 'series'>,
  call: Call,
): AsyncGenerator<FoundSeries, void, undefined> {
  const { prefix = '', studies, series } = selection
  const name = seriesOfPath(prefix)
  if (name !== undefined) {
    yield await lookAt(cod.store, name, call)
    return
  }
  if (prefix !== '' && prefix !== 'studies' && !prefix.startsWith('studies/')) return
  const within = prefix === '' ? 'studies' : prefix
  if (studies === undefined && series === undefined) {
    yield* findSeries(cod.store, within, call)
    return
  }
  const { hashUid } = cod.settings
  const hashed = (uids: readonly string[] | undefined) => uids?.map((uid) => hashUid?.(uid) ?? uid)
  const wanted = new Set(hashed(series))
  const prefixes = studies === undefined || within !== 'studies' ? [within] : foldersOf(hashed(studies))
  let any = false
  for (const folder of prefixes) {
    for await (const found of findSeries(cod.store, folder, call)) {
      if (series !== undefined && !wanted.has(found.series)) continue
      any = true
      yield found
    }
  }
  // Names that were hashed in a way that is not known tell nothing.
  if (!any && hashUid === undefined && (await isHashed(cod, call))) yield* findSeries(cod.store, within, call)
}

function foldersOf(studies: readonly string[] = []): string[] {
  return [...new Set(studies)].map((study) => `studies/${study}`).sort()
}
