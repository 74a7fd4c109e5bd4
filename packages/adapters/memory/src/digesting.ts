import {
  type Bytes,
  type Call,
  type DigestAlgorithm,
  type Digests,
  type Hashing,
  throwIfCancelled,
} from '@gantry/core/driver'

/** What the store computes of all that is written, and tells again. */
export interface Digesting {
  readonly algorithms: readonly DigestAlgorithm[]
  readonly hashing: Hashing
}

/** Takes a body into chunks of the store's own: those that come in are borrowed. */
export async function take(body: Bytes, call: Call): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) {
    throwIfCancelled(call)
    // Not `slice`, which copies nothing when the chunk is a `Buffer`.
    chunks.push(new Uint8Array(chunk))
    call.report?.(chunk.length)
  }
  throwIfCancelled(call)
  return chunks
}

/** Digests of the bytes that are kept, not of those that passed. */
export function digestsOf(chunks: readonly Uint8Array[], digesting: Digesting | undefined): Digests | undefined {
  if (digesting === undefined || digesting.algorithms.length === 0) return undefined
  const digests: { [Algorithm in DigestAlgorithm]?: string } = {}
  for (const algorithm of digesting.algorithms) {
    const hasher = digesting.hashing(algorithm)
    if (hasher === undefined) continue
    for (const chunk of chunks) hasher.update(chunk)
    digests[algorithm] = hasher.digest()
  }
  return digests
}
