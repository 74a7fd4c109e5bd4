import { algorithmsFor, worthAThread } from './digesting.ts'
import type { EntryContext } from './entry-context.ts'
import { confirm, onlyIfAbsent, refuseUnlessEqual, refuseUnlessPlanned, type Sent } from './send-whole.ts'

/** Whether the destination is to take an entry from the source itself: where nothing is to be done with its bytes here. */
export function goesDirectly(context: EntryContext): boolean {
  const { early, entry, from, given, throttle, to, transforms } = context
  if (transforms.length > 0 || throttle !== undefined || given !== undefined) return false
  if (early && (entry.source.size ?? 0) < worthAThread) return false
  // What was begun in parts goes on in parts.
  return entry.upload === undefined && to.canTake(from, entry.source)
}

/** Moves an entry without its bytes passing through here; what is known of it is judged as of any other. */
export async function sendDirectly(context: EntryContext): Promise<Sent> {
  const { entry, from, hashing, keeping, moved, to, watched } = context
  const { modified, contentType, contentEncoding, digests: known = {} } = entry.source
  const about = { modified, contentType, contentEncoding, digests: known, ifAbsent: onlyIfAbsent(context), ...keeping }
  const taken = await to.take(
    from,
    entry.source,
    { path: entry.target, ...about },
    {
      signal: watched.signal,
      digests: [...algorithmsFor(hashing, known, to.abilities.digests)],
      report(bytes) {
        watched.touch()
        moved(bytes)
      },
      onSourceError(error) {
        context.sourceError = error
      },
    },
  )
  refuseUnlessPlanned(context, taken.source)
  const vouched = { ...known, ...taken.source.digests }
  refuseUnlessEqual(context, taken.digests, vouched)
  const size = taken.source.size ?? taken.stored.size ?? 0
  const digests = { ...vouched, ...taken.digests }
  context.sent = { size, digests }
  return await confirm(context, size, digests, taken.stored)
}
