import { GantryError, isGantryError, type Store } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import { sideBySide } from '@gantry/core/side-by-side'

import type { Journal } from './journal/journal.ts'
import { watchedPersistently } from './runner/watched-persistently.ts'
import { Watchdog } from './runner/watchdog.ts'

/** Entries asked for at a time. */
const atOnce = 16
/** Of more than these, as many are asked for, spread over all: what was unmounted, moved or emptied shows in them. */
const mostAsked = 10_000

export interface RequeueGoneOptions {
  readonly to: Store
  /** Of a job that no process has opened: one that is open counts what it has read already. */
  readonly journal: Journal
  readonly signal: AbortSignal
  /** How many entries are asked for, unless one of them is gone: then all are. Default: 10,000. */
  readonly most?: number | undefined
}

interface Finished {
  readonly id: number
  readonly target: string
}

/**
 * Looks whether what an earlier process did is still at the destination, or was unmounted, moved or emptied since. What is gone is
 * listed as failed, and sent by `retry`. Says how many those are; `undefined` where the destination does not let one look. What is
 * there is not read, and of very many not each is asked for: that is what verifying does.
 */
export async function requeueGone(options: RequeueGoneOptions): Promise<number | undefined> {
  checkGiven(options, 'requeueGone', { to: 'store', journal: 'object', signal: 'object' })
  const { to, journal, signal, most = mostAsked } = options
  const watchdog = new Watchdog()
  let gone = 0
  const look = async ({ id, target }: Finished) => {
    const found = await watchedPersistently(watchdog, signal, async (watched) => {
      return await to.find(target, { signal: watched.signal })
    })
    if (found !== undefined) return
    gone += 1
    const message = 'It was done, and is not at the destination any more.'
    await journal.record({ type: 'failed', id, code: 'not_found', message, damaged: true })
  }
  try {
    const { done, skipped } = await journal.load()
    const step = Math.max(1, Math.ceil((done.entries + skipped.entries) / most))
    await sideBySide(
      finished(journal, (index) => index % step === 0),
      atOnce,
      look,
      { signal },
    )
    if (gone > 0 && step > 1) {
      // Those that were found gone are no longer among the finished.
      await sideBySide(finished(journal), atOnce, look, { signal })
    }
    return gone
  } catch (error) {
    if (signal.aborted) throw new GantryError('cancelled', 'Stopped on request.', { cause: error })
    if (isGantryError(error) && (error.code === 'permission_denied' || error.code === 'unsupported')) return undefined
    throw error
  }
}

/** What was skipped counts as done too: something was there. */
async function* finished(
  journal: Journal,
  wanted: (index: number) => boolean = () => true,
): AsyncGenerator<Finished, void, undefined> {
  let index = 0
  for (const some of [journal.receipts(), journal.same(), journal.kept()]) {
    for await (const one of some) {
      if (wanted(index)) yield one
      index += 1
    }
  }
}
