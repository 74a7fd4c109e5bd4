import { isGantryError, type Part, type StoredPart, type StoreUploads, type Upload } from '@gantry/core'

import type { EntryContext } from './entry-context.ts'

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
    if (entry.begun) await abortUnanswered(context, uploads)
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

/**
 * An answer to `begin` that was lost leaves an upload whose id nobody knows. Somebody else's may be under way to the same
 * path: so only what was begun while this job waited for such an answer is removed, and only where it has no parts, for
 * ours get their first one when the journal knows of them. Whatever else is there is left to the storage's own lifecycle.
 */
async function abortUnanswered(context: EntryContext, uploads: StoreUploads): Promise<void> {
  const { entry, unanswered, watched } = context
  const options = { signal: watched.signal }
  const spans = unanswered.of(entry.id)
  if (spans.length === 0) return
  for await (const orphan of uploads.unfinished(entry.target, options)) {
    const { path, started = 0 } = orphan
    const within = spans.some(({ from, until }) => started >= from && started <= until)
    if (path === entry.target && within && (await isEmpty(uploads, orphan, options))) {
      await uploads.abort(orphan, options)
    }
  }
  unanswered.settled(entry.id)
}

/** Whether nothing was put into an upload; also not where it is gone. */
export async function isEmpty(
  uploads: StoreUploads,
  upload: Upload,
  options: { signal: AbortSignal },
): Promise<boolean> {
  try {
    return (await uploads.listParts(upload, options)).length === 0
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    return false
  }
}
