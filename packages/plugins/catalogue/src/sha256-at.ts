import { type Entry, GantryError, type Hashing, type Signal, type Store } from '@gantry/core'

/** Reads all of an entry; errors are those of the store. */
export async function sha256At(
  store: Store,
  path: string,
  {
    hashing,
    signal,
    seen,
  }: {
    readonly hashing: Hashing
    readonly signal: Signal
    /** Told of every chunk: so that reading does not look like standing still. */
    readonly seen?: () => void
  },
): Promise<{ readonly sha256: string; readonly bytes: number; readonly entry: Entry }> {
  const hasher = hashing('sha256')
  if (hasher === undefined) throw new GantryError('unsupported', 'This platform computes no SHA-256.')
  const { entry, body } = await store.read(path, undefined, { signal })
  let bytes = 0
  for await (const chunk of body) {
    hasher.update(chunk)
    bytes += chunk.length
    seen?.()
  }
  return { sha256: hasher.digest(), bytes, entry }
}
