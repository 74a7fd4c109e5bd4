import { isGantryError, type Store, type Upload } from '@gantry/core'

import type { Journal } from '../journal/journal.ts'

/** Clocks of storages differ from ours, and are told in seconds. */
const slack = 60_000

export function startedSince(time: number, { started }: Upload): boolean {
  return started === undefined || started >= time - slack
}

/**
 * Removes what a process that was killed left at the destination and its journal does not know of: uploads that were
 * begun to the entries in flight, and temporary files beside them. What was begun before the job, or `since` (when this
 * process opened it), is somebody else's. A destination that does not let one look is left as it is.
 */
export async function sweepCrashed(to: Store, journal: Journal, since: number, signal?: AbortSignal): Promise<void> {
  const { uploads } = to
  const options = signal === undefined ? {} : { signal }
  const folders = new Set<string>()
  try {
    for await (const { target, upload } of journal.crashed()) {
      if (uploads === undefined || target === '') continue
      for await (const orphan of uploads.unfinished(target, options)) {
        const unknown = orphan.path === target && orphan.id !== upload?.id
        if (unknown && startedSince(journal.spec.created, orphan)) await uploads.abort(orphan, options)
      }
      folders.add(folderOf(target))
    }
    for (const folder of folders) {
      for await (const orphan of uploads?.unfinished(folder === '' ? undefined : folder, options) ?? []) {
        const { started = 0 } = orphan
        const beside = isTemporary(orphan) && folderOf(orphan.path) === folder
        if (beside && started >= journal.spec.created - slack && started < since) await uploads?.abort(orphan, options)
      }
    }
  } catch (error) {
    if (!isGantryError(error) || error.code === 'cancelled') throw error
    // Not worth a job: it is tried again when the next process goes on with it.
    return
  }
  await journal.swept()
}

/** Of a write that was not an upload: it is known by its own name alone. */
function isTemporary({ path, id }: Upload): boolean {
  return path.slice(path.lastIndexOf('/') + 1).includes(id)
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
