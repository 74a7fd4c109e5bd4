import { type GantryError, Store } from '@gantry/core'

import type { SourceKey } from '../age/source-key.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import type { Context } from '../gantry/context.ts'
import type { CallSettings } from '../gantry/result.ts'
import { sealedStore } from '../sealing/sealed-store.ts'
import { inputsStore } from './inputs-store.ts'
import type { RememberedObject, RememberedSource } from './source-catalogue.ts'

/** A source, and what of it is still to be sent. */
export interface Uploading {
  readonly remembered: RememberedSource
  readonly key: SourceKey
  /** By SHA-256. */
  readonly inputs: ReadonlyMap<string, FileInput>
  readonly missing: readonly RememberedObject[]
}

/** Encrypts and sends, all sources as one copy; answers what failed, by object. */
export async function uploadSources(
  context: Context,
  sources: readonly Uploading[],
  settings: CallSettings,
  onBytes: (bytes: number) => void,
): Promise<ReadonlyMap<string, GantryError>> {
  if (sources.length === 0) return new Map()
  const { platform } = context.options
  // All of them, also those that have arrived: the journal of an interrupted copy knows which they are.
  const files = sources.flatMap(({ remembered, inputs }) =>
    remembered.objects.flatMap(({ path, sha256 }) => {
      const input = inputs.get(sha256)
      return input === undefined ? [] : [{ path, input }]
    }),
  )
  const plain = inputsStore(files)
  const sealing = sources.map(({ key, remembered }) => ({
    key,
    items: remembered.objects.map(({ path, nonce, size }) => ({ path, from: path, size, nonce })),
  }))
  const from = new Store(sealedStore(plain, sealing, platform.cipher), { url: 'sealed:' })
  const name = nameOf(
    files.map(({ path }) => path),
    platform.hashing,
  )
  const { signal } = settings
  const failures = await platform.transfer({ name, from, to: context.store, signal, onProgress: onBytes })
  return new Map(failures.map(({ path, error }) => [path, error]))
}

/** Of this very set of objects: an interrupted copy of it goes on. */
function nameOf(paths: readonly string[], hashing: Context['options']['platform']['hashing']): string {
  const hasher = hashing('sha256')
  hasher?.update(new TextEncoder().encode(paths.toSorted().join('\n')))
  return (hasher?.digest() ?? '').slice(0, 40)
}
