import {
  asGantryError,
  type Call,
  type CallOptions,
  bytesOf,
  type GantryError,
  type NewEntry,
  toCall,
} from '@gantry/core/driver'
import { parseIdentity } from '@gantry/dicom'

import { removeResource } from '../remove/remove-resource.ts'
import type { InstanceUids, Resource } from '../retrieve/resource.ts'
import type { Service } from '../service.ts'
import { instanceOf } from './entry-instance.ts'
import { InstanceStore } from './instance-store.ts'

/** What became of one instance. */
export interface StoreOutcome {
  readonly instance: InstanceUids
  /** Absent where it is stored. */
  readonly error?: GantryError
}

export interface StoreOptions extends CallOptions {
  /** Only what belongs to this study: the service refuses everything else. */
  readonly study?: string | undefined
}

/** What a viewer stores and removes. */
export interface Storing {
  /**
   * Stores DICOM files (PS3.18 10.5), as many in one request as the service takes; what became of each, in their order. What
   * failed in a way that may pass was tried again, and nothing else.
   */
  storeInstances(
    files: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options?: StoreOptions,
  ): Promise<readonly StoreOutcome[]>
  /** Removes an instance, series or study, where the service does that; succeeds also when there is nothing. */
  remove(resource: Resource, options?: CallOptions): Promise<void>
}

export function storingOf(service: Service): Storing {
  const store = new InstanceStore(service)
  return {
    storeInstances: async (files, options = {}) => await storeInstances(store, files, options),
    remove: async (resource, options = {}) => await removeResource(service, resource, toCall(options)),
  }
}

interface File {
  readonly entry: NewEntry
  readonly bytes: Uint8Array
}

const mostAttempts = 3

async function storeInstances(
  store: InstanceStore,
  files: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: StoreOptions,
): Promise<readonly StoreOutcome[]> {
  const call = toCall(options)
  const outcomes: StoreOutcome[] = []
  let batch: File[] = []
  let size = 0
  const send = async () => {
    outcomes.push(...(await storeBatch(store, batch, options.study, call)))
    batch = []
    size = 0
  }
  for await (const bytes of files) {
    const { entries, bytes: most } = store.unit
    if (batch.length > 0 && (batch.length === entries || size + bytes.length > most)) await send()
    batch.push({ entry: entryOf(bytes), bytes })
    size += bytes.length
  }
  if (batch.length > 0) await send()
  return outcomes
}

/** Files of one request: what may yet succeed goes again. */
async function storeBatch(
  store: InstanceStore,
  batch: readonly File[],
  study: string | undefined,
  call: Call,
): Promise<readonly StoreOutcome[]> {
  const failed = new Map<File, GantryError>()
  let left = batch
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const errors = await attemptOf(store, left, study, call)
    for (const file of left) {
      const error = errors.get(file.entry.path)
      if (error === undefined) failed.delete(file)
      else failed.set(file, error)
    }
    left = attempt < mostAttempts ? left.filter((file) => failed.get(file)?.retryable === true) : []
  }
  return batch.map((file) => {
    const error = failed.get(file)
    return { instance: instanceOf(file.entry), ...(error !== undefined && { error }) }
  })
}

/** Errors by path; none of what is stored. */
async function attemptOf(
  store: InstanceStore,
  files: readonly File[],
  study: string | undefined,
  call: Call,
): Promise<ReadonlyMap<string, GantryError>> {
  const entries = files.map(({ entry }) => entry)
  const writer = store.begin({ entries, save: async () => {} }, study)
  try {
    for (const { entry, bytes } of files) await writer.add(entry, bytesOf(bytes), call)
    const outcomes = await writer.commit(call)
    return new Map(
      outcomes.flatMap((outcome) =>
        'error' in outcome ? [[outcome.path, asGantryError(outcome.error)] as const] : [],
      ),
    )
  } catch (error) {
    await writer.abort(call)
    if (call.signal.aborted) throw error
    return new Map(entries.map(({ path }) => [path, asGantryError(error)]))
  }
}

function entryOf(bytes: Uint8Array): NewEntry {
  const image = parseIdentity(bytes)
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
  return { path: `${studyInstanceUID}/${seriesInstanceUID}/${sopInstanceUID}.dcm`, size: bytes.length, image }
}
