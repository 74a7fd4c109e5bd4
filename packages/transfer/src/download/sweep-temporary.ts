import { isGantryError, type Store } from '@gantry/core'

import { isTemporary } from '../runner/is-temporary.ts'
import type { Watchdog } from '../runner/watchdog.ts'

/** Milliseconds after which nobody writes a file of an instance any more: large ones come in parts. */
const longestWrite = 60 * 60 * 1000

/** A zip is as long as its study. */
const longestZip = 24 * longestWrite

/**
 * Removes temporary files that a download left in the directory when its process was killed. Parts of large instances stay: they
 * are gone on with. What cannot be removed is left to the next download.
 */
export async function sweepTemporary(
  { uploads }: Store,
  study: string,
  { signal: outer, watchdog }: { readonly signal: AbortSignal; readonly watchdog: Watchdog },
): Promise<void> {
  if (uploads === undefined) return
  const now = Date.now()
  try {
    await watchdog.guard(outer, async ({ signal, touch }) => {
      for (const [place, longest] of [
        [study, longestWrite],
        [`${study}.zip`, longestZip],
      ] as const) {
        for await (const orphan of uploads.unfinished(place, { signal })) {
          touch()
          const { started = now } = orphan
          if (isTemporary(orphan) && started < now - longest) await uploads.abort(orphan, { signal })
        }
      }
    })
  } catch (error) {
    if (!isGantryError(error)) throw error
  }
}
