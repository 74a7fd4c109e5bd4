import {
  type Bytes,
  close,
  compareDigests,
  cutUpload,
  type Entry,
  GantryError,
  type Hashing,
  isGantryError,
  type Part,
  type SizedEntry,
  type Store,
  type StoredPart,
  type StoreUploads,
} from '@gantry/core'

import { PartReader } from '../runner/part-reader.ts'
import { hasherFor } from './crc32c.ts'
import { type Instance, newEntryOf } from './instance.ts'
import { dropParts, findParts, type HaveParts, type KeptParts } from './kept-parts.ts'

export interface InPartsContext {
  readonly store: Store
  readonly directory: Store
  readonly hashing: Hashing | undefined
  readonly signal: AbortSignal
  readonly kept: KeptParts
  readonly partSize: number
  /** Something moved, whatever it was. */
  readonly touch: () => void
  /** Bytes that came from the store. */
  readonly onBytes: (count: number) => void
  /** Bytes, from the first, that the directory has and keeps when the page is closed. */
  readonly onKept: (count: number) => void
}

/** In some directories parts are written twice: an instance must be large enough for it to be worth that. */
const leastParts = 4

/** Whether a cut in the middle of an instance costs more than its parts do. */
export function goesInParts({ size = 0 }: Instance, directory: Store, partSize: number): boolean {
  return directory.uploads !== undefined && size > leastParts * partSize
}

/**
 * Brings a large instance into the directory in parts, which stay there when the connection is cut or the page is closed,
 * and goes on with those of another time: what is there is read back and digested, and only the rest is fetched.
 */
export async function saveInParts(instance: Instance, context: InPartsContext): Promise<Entry> {
  const { directory, signal, kept, touch } = context
  const { uploads } = directory
  if (uploads === undefined) throw new GantryError('unsupported', 'The directory takes no parts.')
  const source = await statAsPlanned(instance, context)
  const parts = cutUpload(source.size, uploads.ability, context.partSize)
  const entry = newEntryOf(instance.file, source)
  const have = await findParts(instance.file, source, parts, uploads, context)
  const upload = have?.upload ?? (await uploads.begin(entry, { signal }))
  kept.set(instance.file, { upload, version: source.version })
  const whole = have ?? { upload, parts: [], started: hasherFor(source.digests, context.hashing) }
  const put = await sendRest(source, parts, whole, uploads, context)
  const { started } = whole
  if (started !== undefined && started.hasher.digest() !== source.digests?.[started.algorithm]) {
    await dropParts(instance.file, uploads, context)
    throw new GantryError('integrity', 'The bytes that came are not those that the store tells of.')
  }
  const written = await unlessLost(() => uploads.complete(upload, entry, put, { signal, report: touch }))
  kept.delete(instance.file)
  return written
}

/** With all digests that the store tells, which a list may not; `precondition_failed` when it is another one by now. */
async function statAsPlanned({ path, version, size, digests }: Instance, context: InPartsContext): Promise<SizedEntry> {
  const { store, signal, touch } = context
  const entry = await store.stat(path, { signal })
  touch()
  const same = (version === undefined || version === entry.version) && size === entry.size
  if (!same || size === undefined || compareDigests(digests, entry.digests) === 'different') {
    throw new GantryError('precondition_failed', 'The instance was replaced meanwhile: try again.', { path })
  }
  return { ...entry, size, digests: { ...digests, ...entry.digests } }
}

/** One read of all that is missing, dealt out in parts; answers all parts. */
async function sendRest(
  source: SizedEntry,
  parts: readonly Part[],
  { upload, parts: have, started }: HaveParts,
  uploads: StoreUploads,
  context: InPartsContext,
): Promise<StoredPart[]> {
  const { store, signal, onBytes, onKept, touch } = context
  const put = [...have]
  const start = put.reduce((sum, { size }) => sum + size, 0)
  onKept(start)
  if (start === source.size) return put
  const { path, version } = source
  const ref = version === undefined ? { path } : { path, version }
  const range = start === 0 ? undefined : { start }
  const { entry, body } = await store.read(ref, range, { signal, compares: ['crc32c'] })
  const passed = async function* (bytes: Bytes) {
    for await (const chunk of bytes) {
      touch()
      started?.hasher.update(chunk)
      onBytes(chunk.length)
      yield chunk
    }
  }
  if (compareDigests(source.digests, entry.digests) === 'different' || (entry.size ?? source.size) !== source.size) {
    await close(body)
    throw new GantryError('precondition_failed', 'The instance was replaced meanwhile: try again.', { path })
  }
  const reader = new PartReader(passed(body))
  try {
    for (const part of parts.slice(put.length)) {
      put.push(await unlessLost(() => uploads.putPart(upload, part, reader.take(part.size), { signal })))
      touch()
      onKept(part.offset + part.size)
    }
    await reader.finish()
  } finally {
    await reader.close()
  }
  return put
}

/** Someone swept the directory: then it has to be begun anew, which another attempt does. */
async function unlessLost<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    throw new GantryError('unavailable', 'The directory has lost what was put so far: it is begun anew.', {
      cause: error,
    })
  }
}
