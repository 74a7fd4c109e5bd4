import {
  type Comparison,
  compareDigests,
  compareExisting,
  type DigestAlgorithm,
  type Digests,
  type Entry,
  GantryError,
  isGantryError,
} from '@gantry/core'

import { type EntryContext, passing } from './entry-context.ts'
import { goesInParts, sendParts } from './send-parts.ts'
import { fromSource, type Sent, sendWhole } from './send-whole.ts'

export type Outcome =
  | { readonly type: 'done'; readonly sent: Sent }
  | { readonly type: 'skipped'; readonly reason: 'same' | 'exists' }

/** Moves one entry, or finds that it need not be moved. */
export async function moveEntry(context: EntryContext): Promise<Outcome> {
  const { entry, existing, to } = context
  if (entry.target === '') {
    throw new GantryError('invalid', 'The layout has no place for it: it is no DICOM image, or its name is no path.', {
      path: entry.source.path,
    })
  }
  const found = await lookFor(context)
  if (found !== undefined) {
    const verdict = await compare(context, found)
    if (verdict.same) {
      // After an attempt whose answer was lost, or a crash before it was recorded: this is our own.
      if (entry.attempt > 1 && existing !== 'keep') return { type: 'done', sent: sentBefore(found, verdict.digests) }
      return { type: 'skipped', reason: 'same' }
    }
    if (existing === 'keep') return { type: 'skipped', reason: 'exists' }
  }
  try {
    const { uploads } = to
    const sent =
      uploads !== undefined && goesInParts(context) ? await sendParts(context, uploads) : await sendWhole(context)
    return { type: 'done', sent }
  } catch (error) {
    if (existing === 'keep' && isGantryError(error) && error.code === 'already_exists') {
      return { type: 'skipped', reason: 'exists' }
    }
    throw error
  }
}

/** What is at the destination, as far as it matters to this attempt. */
async function lookFor(context: EntryContext): Promise<Entry | undefined> {
  const { entry, existing, to, watched } = context
  const again = entry.attempt > 1
  if (!again) {
    if (existing === 'overwrite' || entry.existing === undefined) return undefined
    if (entry.existing !== 'unknown') return entry.existing
  }
  try {
    return await to.find(entry.target, { signal: watched.signal })
  } catch (error) {
    // Who may write but not look cannot be told what is there.
    if (isGantryError(error) && (error.code === 'permission_denied' || error.code === 'unsupported')) return undefined
    throw error
  }
}

interface Verdict {
  readonly same: boolean
  readonly digests: Digests
}

async function compare(context: EntryContext, listed: Entry): Promise<Verdict> {
  const { entry, from, to, existing, transforms, watched } = context
  // What a transform makes of the source is known only by making it.
  if (transforms.length > 0) return { same: false, digests: {} }
  const timesKept = from.abilities.modified === 'given' && to.abilities.modified === 'given'
  const times = { comparable: timesKept && existing !== 'overwrite' }
  let found = listed
  let verdict: Comparison | 'unknown' = compareExisting(entry.source, found, times)
  if (verdict === 'unknown') {
    found = (await to.find(entry.target, { signal: watched.signal })) ?? found
    verdict = compareExisting(entry.source, found, times)
  }
  if (verdict === 'unknown' || verdict === 'different') return { same: false, digests: {} }
  if (verdict === 'same') return { same: true, digests: found.digests ?? {} }
  const digests = await digestOfSource(context, verdict.digest)
  return { same: compareDigests(digests, found.digests) === 'same', digests }
}

/** Reading is cheaper than sending, and the only way to know. */
async function digestOfSource(context: EntryContext, algorithm: DigestAlgorithm): Promise<Digests> {
  const { entry, from, watched } = context
  const hasher = context.hashing(algorithm)
  if (hasher === undefined) return {}
  const { body } = await fromSource(context, () => from.read(entry.source, undefined, { signal: watched.signal }))
  const uncounted = { ...context, moved: () => {} }
  for await (const chunk of passing(uncounted, body)) hasher.update(chunk)
  return { [algorithm]: hasher.digest() }
}

function sentBefore(found: Entry, digests: Digests): Sent {
  const { size, version } = found
  return { bytes: size, digests, verified: Object.keys(digests).length > 0, ...(version !== undefined && { version }) }
}
