import type { SourceKey } from '@gantry/age'
import { GantryError, isGantryError, Store } from '@gantry/core'
import { type StoreDriver, withCalls } from '@gantry/core/driver'

import type { FileInput } from '../formats/input/file-input.ts'
import type { Context } from '../gantry/context.ts'
import { callOf, type CallSettings, throwIfAborted } from '../gantry/result.ts'
import { sealedStore } from '../sealing/sealed-store.ts'
import { inputsStore } from './inputs-store.ts'
import { missingObjects } from './missing-objects.ts'
import type { RememberedObject, RememberedSource } from './source-catalogue.ts'

/** A source, and what of it is still to be sent. */
export interface Uploading {
  readonly remembered: RememberedSource
  readonly key: SourceKey
  /** By SHA-256. */
  readonly inputs: ReadonlyMap<string, FileInput>
  readonly missing: readonly RememberedObject[]
  /** By an earlier call. */
  readonly begun: boolean
}

type Failures = ReadonlyMap<string, GantryError>

/** Encrypts and sends, all sources as one copy; answers what failed, by object. */
export async function uploadSources(
  context: Context,
  sources: readonly Uploading[],
  settings: CallSettings,
  onBytes: (bytes: number) => void,
): Promise<Failures> {
  const paths = sources.flatMap(({ remembered }) => remembered.objects.map(({ path }) => path))
  const missing = pathsOf(sources.map((source) => source.missing))
  try {
    if (missing.size === 0) return new Map()
    const failures = await send(context, sources, missing, nameOf(context, paths), settings, onBytes)
    // The journal of an earlier call takes for sent what has vanished since.
    const vanished = await Promise.all(
      sources.map(async ({ begun, key, missing: sent }) => {
        const arrived = begun ? sent.filter(({ path }) => !failures.has(path)) : []
        const known = { header: key.header.length, believed: true }
        return await missingObjects(context.store, arrived, known, callOf(settings))
      }),
    )
    const again = pathsOf(vanished)
    if (again.size === 0) return failures
    const name = nameOf(context, [...again, crypto.randomUUID()])
    return new Map([...failures, ...(await send(context, sources, again, name, settings, onBytes))])
  } catch (error) {
    if (!isGantryError(error) || error.code === 'cancelled') throw error
    // The copy as a whole: what of it has arrived, only the store can tell, if anybody.
    const left = await Promise.all(
      sources.map(async ({ key, missing: sent }) => {
        const known = { header: key.header.length, believed: false }
        return await missingObjects(context.store, sent, known, callOf(settings)).catch(() => sent)
      }),
    )
    throwIfAborted(settings.signal)
    return new Map([...pathsOf(left)].map((path) => [path, error]))
  }
}

function pathsOf(objects: readonly (readonly RememberedObject[])[]): ReadonlySet<string> {
  return new Set(objects.flat().map(({ path }) => path))
}

async function send(
  { options: { platform }, store }: Context,
  sources: readonly Uploading[],
  missing: ReadonlySet<string>,
  name: string,
  { signal }: CallSettings,
  onProgress: (bytes: number) => void,
): Promise<Failures> {
  const plain = inputsStore(
    sources.flatMap(({ remembered, inputs }) =>
      remembered.objects.flatMap(({ path, sha256 }) => {
        const input = inputs.get(sha256)
        return input === undefined ? [] : [{ path, input }]
      }),
    ),
  )
  const sealing = sources.map(({ key, remembered }) => ({
    key,
    items: remembered.objects.map(({ path, nonce, size }) => ({ path, from: path, size, nonce })),
  }))
  const sealed = listingOnly(sealedStore(plain, sealing, platform.cipher), missing)
  const from = new Store(sealed, { url: 'sealed:' })
  const failures = await platform.transfer({ name, from, to: store, signal, onProgress })
  return new Map(failures.map(({ path, error }) => [path, error]))
}

/**
 * What is missing is what a new copy is of. One that goes on may still ask for what has arrived: its journal was cut
 * short before it could say so.
 */
function listingOnly(driver: StoreDriver, paths: ReadonlySet<string>): StoreDriver {
  return withCalls(driver, {
    async *list(selection, call) {
      for await (const entry of driver.list(selection, call)) if (paths.has(entry.path)) yield entry
    },
  })
}

/** Of this very set of objects: an interrupted copy of it goes on. */
function nameOf({ options }: Context, paths: readonly string[]): string {
  const hasher = options.platform.hashing('sha256')
  if (hasher === undefined) throw new GantryError('internal', 'The platform has no SHA-256.')
  hasher.update(new TextEncoder().encode(paths.toSorted().join('\n')))
  return hasher.digest().slice(0, 40)
}
