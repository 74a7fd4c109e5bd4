import {
  compareDigests,
  compareExisting,
  compareSizes,
  type DigestAlgorithm,
  type Digests,
  type Entry,
  GantryError,
  isGantryError,
} from '@gantry/core'

import type { JournalEntry } from '../journal/journal.ts'
import type { EntryContext } from './entry-context.ts'
import { refuseUnlessTwins } from './refuse-unless-twins.ts'
import { digestOfSource } from './digest-of-source.ts'
import { Digesting } from './digesting.ts'
import { dropUpload } from './reopen-upload.ts'
import { removeWrong } from './remove-wrong.ts'
import { goesDirectly, sendDirectly } from './send-directly.ts'
import { goesInParts, sendParts } from './send-parts.ts'
import { fromSource, refuseUnlessPlanned, type Sent, sendWhole } from './send-whole.ts'

export type Outcome =
  | { readonly type: 'done'; readonly sent: Sent }
  /** `size`: of the source, where it was learned on the way. */
  | { readonly type: 'skipped'; readonly reason: 'same' | 'exists'; readonly size?: number }

/** An entry that is to be moved, and what the destination has in its place. */
export interface Wanted {
  readonly entry: JournalEntry
  readonly found: Entry | 'unknown' | undefined
}

/** Moves one entry, or finds that it need not be moved. */
export async function moveEntry(context: EntryContext): Promise<Outcome> {
  const looked = await lookUp(context)
  return 'outcome' in looked ? looked.outcome : await sendEntry(context, looked.wanted)
}

/** Whether an entry need be moved at all. */
export async function lookUp(
  context: EntryContext,
): Promise<{ readonly outcome: Outcome } | { readonly wanted: Wanted }> {
  const { entry, existing, to, watched } = context
  const { uploads } = to
  if (entry.target === '') {
    // Plans of earlier versions do not say.
    const { code, message } = entry.refusal ?? { code: 'invalid', message: 'The layout has no place for it.' }
    const refusal = new GantryError(code, message, { path: entry.source.path, retryable: false })
    // The others have nothing to do with it, whatever it is.
    context.sourceError = refusal
    throw refusal
  }
  if (entry.twin !== undefined) {
    const { size } = await refuseUnlessTwins(context, entry.twin)
    return { outcome: { type: 'skipped', reason: 'same', size } }
  }
  const found = await lookFor(context)
  if (found !== undefined && found !== 'unknown') {
    const verdict = await compare(context, found)
    if (!verdict.same && existing === 'keep' && entry.doubted) throw notReplaced(entry)
    if (verdict.same || existing === 'keep') {
      if (uploads !== undefined && entry.upload !== undefined) await dropUpload(context, uploads, entry.upload)
      if (!verdict.same) return { outcome: { type: 'skipped', reason: 'exists' } }
      // After an attempt whose answer was lost, or a crash before it was recorded: this is our own.
      const ours = entry.begun && (existing !== 'keep' || entry.existing === undefined)
      const { size = found.size } = entry.source
      if (!ours) return { outcome: { type: 'skipped', reason: 'same', ...(size !== undefined && { size }) } }
      await to.arrived(entry.target, { signal: watched.signal })
      return { outcome: { type: 'done', sent: sentBefore(entry.source, found, verdict.digests) } }
    }
    if (context.sharesName && existing === 'update' && !entry.doubted) {
      const size = await refuseUnlessTold(context, found)
      return { outcome: { type: 'skipped', reason: 'same', size } }
    }
  }
  return { wanted: { entry, found } }
}

/** Moves an entry, whatever the destination has. */
export async function sendEntry(context: EntryContext, { found }: Wanted): Promise<Outcome> {
  const { entry, existing, to } = context
  const { uploads } = to
  try {
    if (goesDirectly(context)) return { type: 'done', sent: await sendDirectly(context) }
    const inParts = uploads !== undefined && goesInParts(context)
    return { type: 'done', sent: inParts ? await sendParts(context, uploads) : await sendWhole(context) }
  } catch (error) {
    if (existing === 'keep' && isGantryError(error) && error.code === 'already_exists' && !entry.doubted) {
      return { type: 'skipped', reason: 'exists' }
    }
    if (isGantryError(error) && error.code === 'integrity') await removeWrong(context, found)
    throw error
  }
}

/**
 * Of a path that other files may have been given too, in an earlier copy: what is there may be the only copy of one of those, so
 * it is left unless its bytes are the same. Neither side could say that without their being read.
 */
async function refuseUnlessTold(context: EntryContext, found: Entry): Promise<number> {
  const { source, target } = context.entry
  if (compareSizes(source, found) !== 'different') {
    const mine = await digestOfSource(context, source, 'sha256')
    if (compareDigests(mine.digests, await digestsOfFound(context, found)) === 'same') return mine.size
  }
  throw new GantryError(
    'already_exists',
    'Another file has this name at the destination, and is left: copy with a layout that tells them apart, or with --overwrite.',
    { path: target, retryable: false },
  )
}

/** None where the destination does not let it be read: that is of this one file, and keeps no other from being sent. */
async function digestsOfFound({ entry, hashing, to, watched, compared }: EntryContext, found: Entry): Promise<Digests> {
  const digesting = new Digesting(hashing, ['sha256'], found.size ?? 0)
  try {
    const { body } = await to.read(entry.target, undefined, { signal: watched.signal })
    for await (const chunk of body) {
      watched.touch()
      compared(chunk.length)
      await digesting.update(chunk)
    }
  } catch (error) {
    if (isGantryError(error) && !error.retryable && error.code !== 'cancelled') return {}
    throw error
  }
  return await digesting.digests()
}

/** What an attempt of this job has left there, most likely; but who keeps what exists touches nothing. */
function notReplaced({ target }: JournalEntry): GantryError {
  const message = 'The destination stored other bytes than were sent, and what is there is left: remove it, and retry.'
  return new GantryError('integrity', message, { path: target, retryable: false })
}

/** What is at the destination, as far as it matters to this attempt. */
async function lookFor(context: EntryContext): Promise<Wanted['found']> {
  const { entry, existing, to, watched } = context
  if (entry.damaged) return undefined
  if (!entry.begun) {
    if (existing === 'overwrite') return 'unknown'
    if (entry.existing !== 'unknown') return entry.existing
  }
  context.asked = true
  try {
    return await to.find(entry.target, { signal: watched.signal })
  } catch (error) {
    // Who may write but not look cannot be told what is there.
    if (isGantryError(error) && (error.code === 'permission_denied' || error.code === 'unsupported')) return 'unknown'
    throw error
  }
}

/** `digests` are those that both sides are known to have. */
type Verdict = { readonly same: false } | { readonly same: true; readonly digests: Digests }

async function compare(context: EntryContext, listed: Entry): Promise<Verdict> {
  const { entry, from, to, existing, transforms, watched } = context
  const options = { signal: watched.signal }
  // What a transform makes of the source is known only by making it.
  if (transforms.length > 0 || compareSizes(entry.source, listed) === 'different') return { same: false }
  const timesKept = from.abilities.modified === 'given' && to.abilities.modified === 'given'
  // After a crash, what digests can tell is not left to times: a receipt is to be written of it.
  const provable = entry.begun && to.abilities.digests.length > 0
  // Size and time are those of what was sent, also where other bytes were stored.
  const times = { comparable: timesKept && existing !== 'overwrite' && !provable && !entry.doubted }
  let source = entry.source
  let found = listed
  let verdict = compareExisting(source, found, times)
  // What listings leave out is asked for, of the destination first.
  if (verdict === 'unknown') {
    context.asked = true
    found = { ...found, ...(await to.find(entry.target, options)) }
    verdict = compareExisting(source, found, times)
  }
  if (verdict !== 'same' && verdict !== 'different') {
    const now = await fromSource(context, () => from.stat(source.path, options))
    refuseUnlessPlanned(context, now)
    source = { ...source, ...now }
    verdict = compareExisting(source, found, times)
  }
  if (verdict === 'unknown' || verdict === 'different') return { same: false }
  if (verdict === 'same') return { same: true, digests: common(source.digests, found.digests) }
  const { digests } = await digestOfSource(context, entry.source, verdict.digest)
  return compareDigests(digests, found.digests) === 'same' ? { same: true, digests } : { same: false }
}

function common(a: Digests = {}, b: Digests = {}): Digests {
  return Object.fromEntries(Object.entries(a).filter(([algorithm, value]) => b[algorithm as DigestAlgorithm] === value))
}

function sentBefore(source: Entry, found: Entry, digests: Digests): Sent {
  const { size = source.size ?? 0, version } = found
  return {
    read: source.size ?? size,
    bytes: size,
    digests,
    verified: Object.keys(digests).length > 0,
    ...(version !== undefined && { version }),
  }
}
