import { compareDigests, compareSizes, type Digests, type Entry } from '@gantry/core'

import { digestsOf } from '../digests-of.ts'
import type { EntryContext } from './entry-context.ts'

type Removing = Pick<
  EntryContext,
  'entry' | 'existing' | 'from' | 'hashing' | 'sent' | 'sourceError' | 'to' | 'transforms' | 'watchdog' | 'watched'
>

/**
 * What the destination made of the bytes is wrong, and may have the name of what is right: better nothing than that.
 * Taken away only where it came there since we looked, is as long as what was sent, and is not that by the destination's own
 * words or, where it has none, by the bytes that it gives back.
 */
export async function removeWrong(context: Removing, before: Entry | 'unknown' | undefined): Promise<void> {
  const { entry, existing, sourceError, to, transforms, watched } = context
  if (sourceError !== undefined || existing === 'keep' || before === 'unknown' || !to.abilities.remove) return
  // Of what went directly, what was sent is what the source has.
  const sent = context.sent ?? (transforms.length === 0 ? entry.source : undefined)
  if (sent === undefined) return
  const options = { signal: watched.signal }
  try {
    const now = await to.find(entry.target, options)
    if (now?.version === undefined || now.version === before?.version) return
    if (compareSizes(now, sent) !== 'same') return
    if (await isWrong(context, now, sent.digests)) await to.remove(entry.target, options)
  } catch {
    // The attempt has failed already, and that is what is told.
  }
}

async function isWrong(
  { entry, from, hashing, to, watchdog, watched }: Removing,
  now: Entry,
  sent: Digests = {},
): Promise<boolean> {
  const told = compareDigests(now.digests, sent)
  if (told !== 'unknown') return told === 'different'
  const reading = { hashing, watchdog, signal: watched.signal }
  return await watched.aside(
    (async () => {
      const theirs = await digestsOf(to, entry.target, sent, reading)
      if (theirs === undefined) return false
      const compared = compareDigests(theirs.digests, sent)
      if (compared !== 'unknown') return compared === 'different'
      const ours = await digestsOf(from, entry.source.path, theirs.digests, reading)
      return compareDigests(theirs.digests, ours?.digests) === 'different'
    })(),
  )
}
