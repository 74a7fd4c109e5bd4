import { type Call, type GantryError, isGantryError } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import type { FoundSeries } from './find-series.ts'
import { ageOf, isStale } from './lock-age.ts'
import type { LoadedSeries } from './series-cache.ts'
import { abandoned, beingWritten, noMetadata, noTar, type SeriesTrouble, type TroubleKind } from './series-trouble.ts'

/** What is the matter with a series; only what keeps it from being read has an error. */
export async function troubleOf(cod: Cod, found: FoundSeries, call: Call): Promise<SeriesTrouble | undefined> {
  const { series, troubles } = await openFound(cod, found, call)
  return series === undefined ? troubles[0] : troubles.find(({ error }) => error !== undefined)
}

/** Whether a series is there and cannot be read; what is on its way is not there yet. */
export function isMissed({
  series,
  troubles,
}: {
  readonly series?: unknown
  readonly troubles: readonly SeriesTrouble[]
}) {
  return series === undefined && troubles[0]?.error !== undefined && troubles[0].kind !== 'being-written'
}

/** Tells who opened the store, and who asked. */
export function tellTroubles({ settings }: Cod, troubles: readonly SeriesTrouble[], call: Call): void {
  for (const trouble of troubles) {
    settings.onTrouble?.(trouble)
    call.onTrouble?.(trouble)
  }
}

/** The metadata of a series, where it can be read, and all that is the matter with it. */
export async function openFound(
  cod: Cod,
  found: FoundSeries,
  call: Call,
): Promise<{ readonly series?: LoadedSeries; readonly troubles: readonly SeriesTrouble[] }> {
  const { study, series: uid, metadata, tar, lock, errorLog } = found
  const tell = (kind: TroubleKind, error?: SeriesTrouble['error']) => ({ study, series: uid, kind, error })
  const logged = errorLog === undefined ? [] : [tell('error-log')]
  if (metadata === undefined) {
    // A folder with other things in it, a thumbnail for one, is none of ours.
    if (tar === undefined && lock === undefined) return { troubles: logged }
    return { troubles: [tell(...withoutMetadata(found, cod.settings.now())), ...logged] }
  }
  const noted = [...(lock === undefined ? [] : [tell('locked')]), ...logged]
  try {
    const series = await cod.cache.get({ study, series: uid }, call, metadata)
    // The Python writer leaves empty metadata, and no tar, where it could add no instance.
    const isEmpty = series.instances.size + series.broken.length === 0
    if (tar === undefined && !isEmpty) return { troubles: [tell('no-tar', noTar()), ...noted] }
    const broken = series.broken.length === 0 ? [] : [tell('damaged-record')]
    return { series, troubles: [...noted, ...broken] }
  } catch (error) {
    if (call.signal.aborted || !isGantryError(error)) throw error
    // Only what is wrong with this object; a network that is down concerns all of them.
    if (error.code !== 'integrity' && error.code !== 'invalid' && error.code !== 'not_found') throw error
    return { troubles: [tell('damaged-metadata', error), ...noted] }
  }
}

/** What a series without metadata lacks them for; of an old lock alone, no bytes are missing. */
function withoutMetadata({ tar, lock }: FoundSeries, now: number): [TroubleKind, GantryError] {
  if (lock === undefined) return ['no-metadata', noMetadata()]
  if (tar === undefined || !isStale(ageOf(lock, now))) return ['being-written', beingWritten()]
  return ['abandoned', abandoned()]
}
