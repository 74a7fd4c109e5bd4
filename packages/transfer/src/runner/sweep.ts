import { GantryError, isGantryError, type Store } from '@gantry/core'

import type { Journal } from '../journal/journal.ts'
import { isTemporary } from './is-temporary.ts'
import { isWithinRun, slack, writerOf } from './left-by-crash.ts'
import { isEmpty } from './reopen-upload.ts'
import type { Watchdog, Watched } from './watchdog.ts'

/**
 * Removes what a process that was killed left at the destination and its journal does not know of: uploads that were
 * begun to the entries in flight and have no parts, and temporary files beside them. What was begun before the job, after that process last
 * wrote to the journal, or `since` (when this process opened it), is somebody else's; but where it bears the name of such
 * an entry, it may be the job's by another clock, and is left with the marks, and told of. A destination that does not let
 * one look is left as it is, and what it says returned.
 */
export async function sweepCrashed(
  to: Store,
  journal: Journal,
  { since, watchdog, signal }: { readonly since: number; readonly watchdog: Watchdog; readonly signal: AbortSignal },
): Promise<GantryError | undefined> {
  try {
    const unknown = await watchdog.guard(signal, async (watched) => await sweep(to, journal, since, watched))
    if (unknown.size > 0) return leftUnknown(unknown)
  } catch (error) {
    // Not worth a job: it is tried again when the next process goes on with it.
    if (isGantryError(error)) return error
    throw error
  }
  await journal.swept()
  return undefined
}

function leftUnknown(names: ReadonlySet<string>): GantryError {
  const [first = ''] = names
  const more = names.size > 1 ? ` and ${names.size - 1} more like it` : ''
  return new GantryError(
    'precondition_failed',
    `${first}${more} may be what it left, or of a writer that is at work: the times do not tell, as clocks that differ or were set back make them. If nothing else writes there, remove it by hand.`,
  )
}

/** Names of files without their folders, which may be anybody's: those of which it is not known whose they are. */
async function sweep({ uploads }: Store, journal: Journal, since: number, watched: Watched): Promise<Set<string>> {
  const { signal, touch } = watched
  const unknown = new Set<string>()
  const folders = new Set<string>()
  const { created } = journal.spec
  const last = (await journal.crashedAt()) ?? since
  for await (const { target, upload } of journal.crashed()) {
    touch()
    if (uploads === undefined || target === '') continue
    for await (const orphan of uploads.unfinished(target, { signal })) {
      touch()
      const { started = created } = orphan
      if (orphan.path === target) {
        const within = started >= created - slack && started <= Math.min(since, last) + slack
        // Ours gets its first part when the journal knows of it: one with parts is somebody else's.
        if (within && orphan.id !== upload?.id && (await isEmpty(uploads, orphan, { signal }))) {
          await uploads.abort(orphan, { signal })
        }
        continue
      }
      // It bears the name of the target, and no other job has that in flight, as a rule.
      if (!isTemporary(orphan) || folderOf(orphan.path) !== folderOf(target)) continue
      const writer = writerOf(started, { created, last, since, now: Date.now() })
      if (writer === 'job') await uploads.abort(orphan, { signal })
      else if (writer === 'unknown') unknown.add(orphan.path.slice(orphan.path.lastIndexOf('/') + 1))
    }
    folders.add(folderOf(target))
  }
  for (const folder of folders) {
    for await (const orphan of uploads?.unfinished(folder === '' ? undefined : folder, { signal }) ?? []) {
      touch()
      const { started = 0 } = orphan
      const beside = isTemporary(orphan) && folderOf(orphan.path) === folder
      if (beside && isWithinRun(started, { created, last, since })) await uploads?.abort(orphan, { signal })
    }
  }
  return unknown
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
