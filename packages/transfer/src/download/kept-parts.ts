import {
  type Hasher,
  type DigestAlgorithm,
  type Hashing,
  isGantryError,
  type Part,
  type SizedEntry,
  type Store,
  type StoredPart,
  type StoreUploads,
  type Upload,
} from '@gantry/core'

import { hasherFor } from './crc32c.ts'
import type { Watchdog } from '../runner/watchdog.ts'

/** Uploads in parts that a job has begun or gone on with, by file; and the version that they are of. */
export type KeptParts = Map<string, { readonly upload: Upload; readonly version: string | undefined }>

/** The beginning of a file that is in the directory already. */
export interface HaveParts {
  readonly upload: Upload
  /** From the first byte, without a gap. */
  readonly parts: readonly StoredPart[]
  /** The digest of the whole, which has taken these parts; `undefined` where the store tells none. */
  readonly started: { readonly algorithm: DigestAlgorithm; readonly hasher: Hasher } | undefined
}

interface Finding {
  readonly hashing: Hashing | undefined
  readonly signal: AbortSignal
  readonly kept: KeptParts
  readonly touch: () => void
}

/**
 * What the directory has of a file. It is taken for the beginning of what is to come only where that will be told: by a
 * digest of the whole; or because this very job put it, from the version that is read on. What is left otherwise is
 * removed.
 */
export async function findParts(
  file: string,
  source: SizedEntry,
  parts: readonly Part[],
  uploads: StoreUploads,
  finding: Finding,
): Promise<HaveParts | undefined> {
  const { kept, hashing, signal } = finding
  const own = kept.get(file)
  const known = hasherFor(source.digests, hashing) !== undefined && uploads.readsBack
  const ours = own !== undefined && own.version !== undefined && own.version === source.version
  // The largest is the one that is worth most; the others will not be gone on with by anybody.
  let best: HaveParts | undefined
  for (const upload of await uploadsOf(file, uploads, signal)) {
    const may = known || (ours && own.upload.id === upload.id && hasherFor(source.digests, hashing) === undefined)
    const have = may ? await leading(upload, parts, uploads, signal) : []
    const loser = have.length > (best?.parts.length ?? 0) ? best?.upload : upload
    if (loser !== upload) best = { upload, parts: have, started: hasherFor(source.digests, hashing) }
    if (loser !== undefined) await uploads.abort(loser, { signal })
  }
  if (best === undefined || best.started === undefined) return best
  return (await digest(best, uploads, finding)) ? best : await lost(best, uploads, signal)
}

/** Forgets what was put of a file, and removes it. */
export async function dropParts(
  file: string,
  uploads: StoreUploads,
  { kept, signal }: Pick<Finding, 'kept' | 'signal'>,
): Promise<void> {
  const own = kept.get(file)
  kept.delete(file)
  if (own !== undefined) await uploads.abort(own.upload, { signal })
}

/** Leaves nothing half-written of what a job has begun. */
export async function dropAllParts({ uploads }: Store, kept: KeptParts, watchdog: Watchdog): Promise<void> {
  if (uploads === undefined) return
  const { signal } = new AbortController()
  for (const file of kept.keys()) {
    await watchdog
      .guard(signal, async (own) => await dropParts(file, uploads, { kept, signal: own.signal }))
      .catch(() => {})
  }
}

async function uploadsOf(file: string, uploads: StoreUploads, signal: AbortSignal): Promise<Upload[]> {
  const found: Upload[] = []
  for await (const upload of uploads.unfinished(file, { signal })) if (upload.path === file) found.push(upload)
  return found
}

async function leading(
  upload: Upload,
  parts: readonly Part[],
  uploads: StoreUploads,
  signal: AbortSignal,
): Promise<StoredPart[]> {
  let listed: StoredPart[]
  try {
    listed = await uploads.listParts(upload, { signal })
  } catch (error) {
    if (isGantryError(error) && error.code === 'not_found') return []
    throw error
  }
  const byNumber = new Map(listed.map((part) => [part.number, part]))
  const have: StoredPart[] = []
  for (const { number, offset, size } of parts) {
    const part = byNumber.get(number)
    if (part === undefined || part.size !== size || part.offset !== offset) break
    have.push(part)
  }
  return have
}

/** Whether all of it could be read. */
async function digest(
  { upload, parts, started }: HaveParts,
  uploads: StoreUploads,
  { signal, touch }: Finding,
): Promise<boolean> {
  const end = parts.reduce((sum, { size }) => sum + size, 0)
  try {
    for await (const chunk of await uploads.readBack(upload, { start: 0, end }, { signal })) {
      touch()
      started?.hasher.update(chunk)
    }
    return true
  } catch (error) {
    if (isGantryError(error) && ['not_found', 'integrity', 'invalid'].includes(error.code)) return false
    throw error
  }
}

async function lost({ upload }: HaveParts, uploads: StoreUploads, signal: AbortSignal): Promise<undefined> {
  await uploads.abort(upload, { signal })
}
