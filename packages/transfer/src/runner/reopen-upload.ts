import { isGantryError, type Part, type StoredPart, type StoreUploads, type Upload } from '@gantry/core'

import type { EntryContext } from './entry-context.ts'
import { startedSince } from './sweep.ts'

/** A part that the destination has, from an earlier attempt. */
export interface EarlierPart {
  readonly part: StoredPart
  /** Its digests are of what was read from the source; else they are the destination's own words. */
  readonly journalled: boolean
}

/**
 * Finds what an earlier attempt left of an upload in parts: what the destination has, cut as it would be cut now.
 * Anything else is aborted and begun anew.
 */
export async function reopenUpload(
  context: EntryContext,
  uploads: StoreUploads,
  parts: readonly Part[],
): Promise<{ readonly upload: Upload; readonly have: ReadonlyMap<number, EarlierPart> } | undefined> {
  const { entry, watched } = context
  const { upload } = entry
  if (upload === undefined) {
    if (entry.begun) await abortUnknown(context, uploads)
    return undefined
  }
  let listed: StoredPart[]
  try {
    listed = await uploads.listParts(upload, { signal: watched.signal })
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    await context.journal.record({ type: 'dropped', id: entry.id })
    return undefined
  }
  const journalled = new Map(entry.parts.map((part) => [part.number, part]))
  const have = new Map<number, EarlierPart>()
  for (const part of listed) {
    const ours = journalled.get(part.number)
    const cut = parts[part.number - 1]
    if (cut === undefined || (ours !== undefined && (ours.offset !== cut.offset || ours.size !== cut.size))) {
      await dropUpload(context, uploads, upload)
      return undefined
    }
    if (part.size !== cut.size) continue
    if (ours?.tag === part.tag) have.set(part.number, { part: ours, journalled: true })
    // It arrived, and then the process died before it knew.
    else if (part.digests !== undefined) have.set(part.number, { part: { ...part, ...cut }, journalled: false })
  }
  return { upload, have }
}

/** Removes what was put, and forgets it. */
export async function dropUpload(context: EntryContext, uploads: StoreUploads, upload: Upload): Promise<void> {
  await uploads.abort(upload, { signal: context.watched.signal })
  await context.journal.record({ type: 'dropped', id: context.entry.id })
}

/** An answer to `begin` that was lost leaves an upload that nobody knows: of this entry, since this job. */
async function abortUnknown(context: EntryContext, uploads: StoreUploads): Promise<void> {
  const { entry, journal, watched } = context
  const options = { signal: watched.signal }
  for await (const orphan of uploads.unfinished(entry.target, options)) {
    if (orphan.path === entry.target && startedSince(journal.spec.created, orphan)) {
      await uploads.abort(orphan, options)
    }
  }
}
