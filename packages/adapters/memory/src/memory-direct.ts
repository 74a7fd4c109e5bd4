import {
  type Call,
  compareDigests,
  type DirectOrder,
  GantryError,
  SourceFailure,
  type Taken,
  withoutUndefined,
} from '@gantry/core/driver'

import type { Held, MemoryContents } from './contents.ts'
import { type Digesting, digestsOf, take } from './digesting.ts'
import { readChunks } from './read-chunks.ts'

/** Copies an entry of one store in memory into another. */
export async function takeHeld(
  from: MemoryContents,
  to: MemoryContents,
  order: Omit<DirectOrder, 'from'>,
  digesting: Digesting,
  call: Call,
): Promise<Taken> {
  const { entry: wanted, ref } = order
  const { entry: source, chunks } = find(from, order)
  // Chunks are never written to again: what is replaced meanwhile is taken as it was.
  const taken = await take(readChunks(chunks, 0, source.size, { signal: call.signal }), call)
  const digests = digestsOf(taken, { ...digesting, algorithms: order.digests }) ?? {}
  if (compareDigests(wanted.digests, digests) === 'different') {
    throw new SourceFailure(new GantryError('integrity', 'The bytes are not those that were promised.', ref))
  }
  const { modified, contentType, tier } = source
  // What is not said is as the source has it.
  const whole = { modified, contentType, tier, ...withoutUndefined(wanted) }
  return { source, stored: to.publish(whole, taken, digestsOf(taken, digesting)), digests }
}

function find(contents: MemoryContents, { ref }: Pick<DirectOrder, 'ref'>): Held {
  try {
    const held = contents.find(ref.path)
    const { version = held.entry.version, size = held.entry.size } = ref
    if (version === held.entry.version && size === held.entry.size) return held
    throw new GantryError('precondition_failed', 'The entry is not of that version.', { path: ref.path })
  } catch (error) {
    throw new SourceFailure(error)
  }
}
