import type { DigestAlgorithm, Digests, Entry } from '@gantry/core'

import { Digesting } from './digesting.ts'
import { type EntryContext, passing } from './entry-context.ts'
import { fromSource } from './send-whole.ts'

/** Reading is cheaper than sending, and the only way to know; nothing, where the platform does not have the algorithm. */
export async function digestOfSource(
  context: EntryContext,
  source: Entry,
  algorithm: DigestAlgorithm,
): Promise<Digests> {
  const { from, hashing, watched } = context
  const digesting = new Digesting(hashing, [algorithm], source.size ?? 0)
  if (!digesting.has(algorithm)) return {}
  const { body } = await fromSource(context, () => from.read(source, undefined, { signal: watched.signal }))
  const seen = passing(context, body, { moved: () => {}, see: digesting.update })
  while ((await seen.next()).done !== true);
  return await digesting.digests()
}
