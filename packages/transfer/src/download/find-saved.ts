import { compareDigests, type Digests, type Entry, type Hashing, isGantryError, type Store } from '@gantry/core'

import { hasherFor } from './crc32c.ts'
import type { Instance } from './instance.ts'
import { persistently } from '../persistently.ts'

interface Looking {
  readonly directory: Store
  readonly hashing: Hashing | undefined
  readonly signal: AbortSignal
  readonly verify: boolean
}

/** Files of a series that are in the directory: what is there counts, not what somebody noted. */
export async function findSaved(
  { study, series, instances }: { study: string; series: string; instances: readonly Instance[] },
  looking: Looking,
): Promise<Set<string>> {
  const { directory, signal, verify } = looking
  const found = await persistently(signal, async () => await listFiles(directory, `${study}/${series}`, signal))
  const saved = new Set<string>()
  for (const instance of instances) {
    const entry = found.get(instance.file)
    if (entry === undefined || !looksSaved(instance, entry)) continue
    if (!verify || (await isSame(instance, looking))) saved.add(instance.file)
  }
  return saved
}

async function listFiles(directory: Store, prefix: string, signal: AbortSignal): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>()
  try {
    for await (const entry of directory.list({ prefix }, { signal })) found.set(entry.path, entry)
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

/** Reads a file back and compares it with what its store tells of the instance; what nothing is told of, is trusted. */
async function isSame({ file, digests, size }: Instance, { directory, hashing, signal }: Looking): Promise<boolean> {
  const started = hasherFor(digests, hashing)
  let length = 0
  try {
    const { body } = await directory.read(file, undefined, { signal })
    for await (const chunk of body) {
      started?.hasher.update(chunk)
      length += chunk.length
    }
  } catch (error) {
    if (isGantryError(error) && (error.code === 'not_found' || error.code === 'integrity')) return false
    throw error
  }
  if (size !== undefined && length !== size) return false
  return started === undefined || started.hasher.digest() === digests?.[started.algorithm]
}
