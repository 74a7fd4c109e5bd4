import { type GantryError, isGantryError, type Store, type Upload } from '@gantry/core'

import type { Journal } from '../journal/journal.ts'
import { isTemporary } from './is-temporary.ts'
import type { Watchdog, Watched } from './watchdog.ts'

/** Clocks of storages differ from ours, and are told in seconds. */
const slack = 60_000

function startedSince(time: number, { started }: Upload): boolean {
  return started === undefined || started >= time - slack
}

/**
 * Removes what a process that was killed left at the destination and its journal does not know of: uploads that were
 * begun to the entries in flight, and temporary files beside them. What was begun before the job, after that process last
 * wrote to the journal, or `since` (when this process opened it), is somebody else's. A destination that does not let one look is left as it is, and what it says returned.
 */
export async function sweepCrashed(
  to: Store,
  journal: Journal,
  { since, watchdog, signal }: { readonly since: number; readonly watchdog: Watchdog; readonly signal: AbortSignal },
): Promise<GantryError | undefined> {
  try {
    await watchdog.guard(signal, async (watched) => await sweep(to, journal, since, watched))
  } catch (error) {
    // Not worth a job: it is tried again when the next process goes on with it.
    if (isGantryError(error)) return error
    throw error
  }
  await journal.swept()
  return undefined
}

async function sweep({ uploads }: Store, journal: Journal, since: number, watched: Watched): Promise<void> {
  const { signal, touch } = watched
  const folders = new Set<string>()
  const { created } = journal.spec
  const last = (await journal.crashedAt()) ?? since
  for await (const { target, upload } of journal.crashed()) {
    touch()
    if (uploads === undefined || target === '') continue
    for await (const orphan of uploads.unfinished(target, { signal })) {
      touch()
      const unknown = orphan.path === target && orphan.id !== upload?.id
      const until = Math.min(since, last) + slack
      const { started = created } = orphan
      if (unknown && startedSince(created, orphan) && started <= until) await uploads.abort(orphan, { signal })
    }
    folders.add(folderOf(target))
  }
  for (const folder of folders) {
    for await (const orphan of uploads?.unfinished(folder === '' ? undefined : folder, { signal }) ?? []) {
      touch()
      const { started = 0 } = orphan
      const beside = isTemporary(orphan) && folderOf(orphan.path) === folder
      const theirs = started >= created - slack && started < since && started <= last + slack
      if (beside && theirs) await uploads?.abort(orphan, { signal })
    }
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
