import { compareDigests, compareSizes, GantryError } from '@gantry/core'

import { digestOfSource } from './digest-of-source.ts'
import type { EntryContext } from './entry-context.ts'
import { fromSource } from './send-whole.ts'

/**
 * Two files of the source are one and the same image, and the destination keeps an image once. Where their bytes are
 * equal nothing is lost; else which of them is the right one is not ours to decide. Says how long they are.
 */
export async function refuseUnlessTwins(context: EntryContext, twin: string): Promise<{ readonly size: number }> {
  const { entry, from, watched } = context
  const { source } = entry
  const other = await fromSource(context, () => from.stat(twin, { signal: watched.signal }))
  if (compareSizes(source, other) !== 'different') {
    const mine = await digestOfSource(context, source, 'sha256')
    const theirs = await digestOfSource(context, other, 'sha256')
    if (compareDigests(mine.digests, theirs.digests) === 'same') return mine
  }
  throw new GantryError(
    'already_exists',
    'Another file of the source is the same image (SOP Instance UID) with other bytes, and the destination keeps one.',
    { path: source.path },
  )
}
