import { isGantryError, type Part, type StoredPart, type StoreUploads, type Upload } from '@gantry/core'

import type { EntryContext } from './entry-context.ts'

/**
 * Finds what an earlier attempt left of an upload in parts: what both the journal and the destination know of, cut as
 * it would be cut now. Anything else is aborted and begun anew.
 */
export async function reopenUpload(
  context: EntryContext,
  uploads: StoreUploads,
  parts: readonly Part[],
): Promise<{ readonly upload: Upload; readonly have: ReadonlyMap<number, StoredPart> } | undefined> {
  const { entry, journal, watched } = context
  const options = { signal: watched.signal }
  const { upload } = entry
  if (upload === undefined) {
    if (entry.attempt > 1) await sweep(context, uploads)
    return undefined
  }
  let listed: StoredPart[]
  try {
    listed = await uploads.listParts(upload, options)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    await journal.record({ type: 'dropped', id: entry.id })
    return undefined
  }
  const journalled = new Map(entry.parts.map((part) => [part.number, part]))
  const have = new Map<number, StoredPart>()
  for (const part of listed) {
    const ours = journalled.get(part.number)
    const cut = parts[part.number - 1]
    if (cut === undefined || (ours !== undefined && (ours.offset !== cut.offset || ours.size !== cut.size))) {
      await uploads.abort(upload, options)
      await journal.record({ type: 'dropped', id: entry.id })
      return undefined
    }
    // What the destination has and the journal lacks was never acknowledged: it is sent again.
    if (ours !== undefined && ours.tag === part.tag && part.size === cut.size) have.set(part.number, ours)
  }
  return { upload, have }
}

/** A crash between beginning an upload and journalling it leaves one that nobody knows: of this entry, since this job. */
async function sweep(context: EntryContext, uploads: StoreUploads): Promise<void> {
  const { entry, journal, watched } = context
  for await (const orphan of uploads.unfinished(entry.target, { signal: watched.signal })) {
    if (orphan.path !== entry.target) continue
    if (orphan.started !== undefined && orphan.started < journal.spec.created) continue
    await uploads.abort(orphan, { signal: watched.signal })
  }
}
