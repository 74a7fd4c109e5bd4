import type { DigestAlgorithm, Digests, Entry } from '@gantry/core'

import { Digesting } from './digesting.ts'
import { type EntryContext, passing } from './entry-context.ts'
import { fromSource } from './send-whole.ts'

/** Reading is cheaper than sending, and the only way to know; nothing, where the platform does not have the algorithm. */
export async function digestOfSource(
  context: EntryContext,
  source: Entry,
  algorithm: DigestAlgorithm,
): Promise<{ readonly size: number; readonly digests: Digests }> {
  const { compared: moved, from, hashing, watched } = context
  const digesting = new Digesting(hashing, [algorithm], source.size ?? 0)
  let size = 0
  if (!digesting.has(algorithm)) return { size: source.size ?? size, digests: {} }
  const { body } = await fromSource(context, () => from.read(source, undefined, { signal: watched.signal }))
  const see = (chunk: Uint8Array) => {
    size += chunk.length
    return digesting.update(chunk)
  }
  const seen = passing(context, body, { moved, see })
  while ((await seen.next()).done !== true);
  return { size, digests: await digesting.digests() }
}
