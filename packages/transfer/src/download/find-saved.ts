import { compareDigests, type Digests, type Entry, type Hashing, isGantryError, type Store } from '@gantry/core'

import { hasherFor } from './crc32c.ts'
import type { Instance } from './instance.ts'
import { watchedPersistently } from '../runner/watched-persistently.ts'
import type { Watchdog, Watched } from '../runner/watchdog.ts'

interface Looking {
  readonly directory: Store
  readonly hashing: Hashing | undefined
  readonly signal: AbortSignal
  readonly watchdog: Watchdog
  readonly verify: boolean
  /** Files that turned out to be others; those that are right by now are taken out. */
  readonly doubted?: Set<string>
}

/** Files of a series that are in the directory: what is there counts, not what somebody noted. */
export async function findSaved(
  { study, series, instances }: { study: string; series: string; instances: readonly Instance[] },
  looking: Looking,
): Promise<Set<string>> {
  const { directory, watchdog, signal, verify, doubted } = looking
  const list = async (watched: Watched) => await listFiles(`${study}/${series}`, directory, watched)
  const found = await watchedPersistently(watchdog, signal, list)
  const saved = new Set<string>()
  for (const instance of instances) {
    const entry = found.get(instance.file)
    if (entry === undefined || !looksSaved(instance, entry)) continue
    const trusted = !verify && doubted?.has(instance.file) !== true
    if (!trusted && !(await isSame(instance, looking))) continue
    saved.add(instance.file)
    doubted?.delete(instance.file)
  }
  return saved
}

async function listFiles(prefix: string, directory: Store, { signal, touch }: Watched): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>()
  try {
    for await (const entry of directory.list({ prefix }, { signal })) {
      touch()
      found.set(entry.path, entry)
    }
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
  }
  return found
}

function looksSaved(wanted: { readonly size?: number; readonly digests?: Digests }, found: Entry): boolean {
  const comparison = compareDigests(wanted.digests, found.digests)
  if (wanted.size === undefined) return comparison === 'same'
  return wanted.size === found.size && comparison !== 'different'
}

/** Reads a file back and compares it with what its store tells of the instance; what nothing is told of, is trusted unless it is doubted. */
async function isSame({ file, digests, size }: Instance, looking: Looking): Promise<boolean> {
  const started = hasherFor(digests, looking.hashing)
  // It was found to be wrong, and nothing says that it is not any more.
  if (started === undefined && looking.doubted?.has(file) === true) return false
  let length = 0
  try {
    await looking.watchdog.guard(looking.signal, async ({ signal, touch }) => {
      const { body } = await looking.directory.read(file, undefined, { signal })
      for await (const chunk of body) {
        touch()
        started?.hasher.update(chunk)
        length += chunk.length
      }
    })
  } catch (error) {
    if (isGantryError(error) && (error.code === 'not_found' || error.code === 'integrity')) return false
    throw error
  }
  if (size !== undefined && length !== size) return false
  return started === undefined || started.hasher.digest() === digests?.[started.algorithm]
}
