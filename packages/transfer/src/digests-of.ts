import { type Bytes, type Digests, type Hashing, isGantryError, type Store } from '@gantry/core'

import { Digesting, strongestOf } from './runner/digesting.ts'
import { watchedPersistently } from './runner/watched-persistently.ts'
import type { Watchdog } from './runner/watchdog.ts'

export interface ReadingOptions {
  readonly hashing: Hashing
  readonly signal: AbortSignal
  readonly watchdog: Watchdog
  /** Told of bytes that passed; of those that are read again because reading failed, once. */
  readonly passed?: ((bytes: number) => void) | undefined
}

export interface ReadDigests {
  /** Absent where nothing could be read. */
  readonly size?: number
  readonly digests: Digests
}

/**
 * Reads all of an entry and digests it by the strongest of the algorithms in `like` that the platform has, else by
 * SHA-256; `missing` if it is gone, `damaged` if the store itself says so. Of what the store cannot give, nothing is known.
 */
export async function readDigests(
  store: Store,
  path: string,
  like: Digests,
  { hashing, signal, watchdog, passed }: ReadingOptions,
  /** What its bytes are before they are digested. */
  become = (body: Bytes): Bytes => body,
): Promise<ReadDigests | 'missing' | 'damaged'> {
  const algorithm = strongestOf(hashing, like) ?? 'sha256'
  let told = 0
  try {
    return await watchedPersistently(watchdog, signal, async (watched) => {
      let size = 0
      const { entry, body } = await store.read(path, undefined, { signal: watched.signal })
      const digesting = new Digesting(hashing, [algorithm], entry.size ?? 0)
      for await (const chunk of become(body)) {
        size += chunk.length
        if (size > told) passed?.(size - told)
        told = Math.max(told, size)
        await digesting.update(chunk)
        watched.touch()
      }
      return { size, digests: await digesting.digests() }
    })
  } catch (error) {
    if (isGantryError(error) && error.code === 'not_found') return 'missing'
    if (isGantryError(error) && error.code === 'integrity') return 'damaged'
    if (isGantryError(error) && error.code === 'unsupported') return { digests: {} }
    throw error
  }
}

/** The same, where it makes no difference why there is nothing to compare with. */
export async function digestsOf(...asked: Parameters<typeof readDigests>): Promise<ReadDigests | undefined> {
  const found = await readDigests(...asked)
  return typeof found === 'string' ? undefined : found
}
