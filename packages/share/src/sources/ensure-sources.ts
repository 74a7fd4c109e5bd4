import { type CallOptions, type EntriesSource, GantryError, type Source } from '@gantry/core'
import { base64 } from '@scure/base'

import { createSourceKey, restoreSourceKey } from '../age/source-key.ts'
import type { SourceFile } from '../formats/description.ts'
import type { Context } from '../gantry/context.ts'
import type { CallSettings } from '../gantry/result.ts'
import { encryptionFormat } from '../sealing/opened-store.ts'
import { createSealedItem } from '../sealing/sealed-item.ts'
import { type DigestedFile, digestFiles, fingerprintOf } from './digest-files.ts'
import { missingObjects } from './missing-objects.ts'
import type { RememberedObject, RememberedSource } from './source-catalogue.ts'
import { uploadSources, type Uploading } from './upload-sources.ts'

/** What has bytes that others shall get. */
export interface Sourced {
  readonly files: readonly SourceFile[]
  readonly source: Source | undefined
}

/** What `ensureSources` did for one of them. */
export type Ensured<Item> = {
  readonly item: Item
  /** Whether bytes were sent. */
  readonly uploaded: boolean
  /** Of plaintext whose ciphertext was sent. */
  readonly bytes: number
} & (
  | { readonly source: Source; readonly error?: undefined }
  | { readonly source?: undefined; readonly error: GantryError }
)

/**
 * Makes sure that the bytes of every item are where others can get them: by the source that it has, else by equal
 * contents that were uploaded before, else by uploading them. Progress counts plaintext bytes read and ciphertext sent.
 */
export async function ensureSources<Item extends Sourced>(
  context: Context,
  items: readonly Item[],
  settings: CallSettings,
): Promise<Ensured<Item>[]> {
  const wanting = items.filter(({ source }) => source === undefined)
  const plans = new Map<string, Uploading>()
  const planOf = new Map<Item, Uploading>()
  // Two items of equal contents may have them in another order, under other names.
  const digestsOf = new Map<Item, readonly DigestedFile[]>()
  const progress = new BytesMoved(wanting, settings)
  for (const item of wanting) {
    const digested = await digest(context, item.files, settings, (bytes) => progress.read(bytes))
    const fingerprint = fingerprintOf(digested, context.options.platform.hashing)
    let plan = plans.get(fingerprint)
    if (plan === undefined) {
      plan = await makePlan(context, fingerprint, digested, settings)
      plans.set(fingerprint, plan)
    }
    planOf.set(item, plan)
    digestsOf.set(item, digested)
  }
  const uploading = [...plans.values()].filter(({ missing }) => missing.length > 0)
  const failures = await uploadSources(context, uploading, settings, (bytes) => progress.sent(bytes))
  for (const plan of plans.values()) {
    const failed = plan.remembered.objects.some(({ path }) => failures.has(path))
    if (!failed && !plan.remembered.complete) await context.catalogue.save({ ...plan.remembered, complete: true })
  }
  const told = new Set<Uploading>()
  return items.map((item): Ensured<Item> => {
    const plan = planOf.get(item)
    if (plan === undefined || item.source !== undefined) {
      if (item.source !== undefined) return { item, source: item.source, uploaded: false, bytes: 0 }
      throw new GantryError('internal', 'A source was not planned.')
    }
    const error = plan.remembered.objects.map(({ path }) => failures.get(path)).find((one) => one !== undefined)
    if (error !== undefined) return { item, error, uploaded: false, bytes: 0 }
    // Of two with the same contents, the first one was sent.
    const first = !told.has(plan)
    told.add(plan)
    const bytes = first ? plan.missing.reduce((sum, { size }) => sum + size, 0) : 0
    const source = sourceOf(plan.remembered, item.files, digestsOf.get(item) ?? [])
    return { item, source, uploaded: first && plan.missing.length > 0, bytes }
  })
}

async function digest(
  context: Context,
  files: readonly SourceFile[],
  { signal }: CallSettings,
  onBytes: (bytes: number) => void,
): Promise<DigestedFile[]> {
  const { platform, prepare } = context.options
  return await digestFiles(files, { hashing: platform.hashing, prepare, signal, onBytes })
}

async function makePlan(
  context: Context,
  fingerprint: string,
  digested: readonly DigestedFile[],
  settings: CallSettings,
): Promise<Uploading> {
  const { catalogue, store } = context
  const call: CallOptions = settings.signal === undefined ? {} : { signal: settings.signal }
  const known = await catalogue.find(fingerprint, store.url)
  if (known !== undefined) {
    const key = await restoreSourceKey(known.identity, base64.decode(known.header))
    const missing = await missingObjects(store, known, key.header.length, call)
    return { remembered: known, key, inputs: inputsOf(digested), missing }
  }
  const key = await createSourceKey()
  const bySha256 = new Map(digested.map(({ sha256, size }) => [sha256, size]))
  const objects = [...bySha256].map(([sha256, size]): RememberedObject => {
    const { path, nonce } = createSealedItem({ path: sha256, size })
    return { path: `${context.folder}/${path}`, nonce, size, sha256 }
  })
  const { identity, header } = key
  const remembered: RememberedSource = {
    fingerprint,
    store: store.url,
    identity,
    header: base64.encode(header),
    objects,
    complete: false,
  }
  // Before the first byte: what is sent under a nonce must be sent under no other key, and what arrived be found again.
  await catalogue.save(remembered)
  return { remembered, key, inputs: inputsOf(digested), missing: objects }
}

function inputsOf(digested: readonly DigestedFile[]): Uploading['inputs'] {
  return new Map(digested.map(({ sha256, input }) => [sha256, input]))
}

/** The files keep their own names and order; equal ones are one object. */
function sourceOf(
  { store, identity, objects }: RememberedSource,
  files: readonly SourceFile[],
  digested: readonly DigestedFile[],
): EntriesSource {
  const byDigest = new Map(objects.map((object) => [object.sha256, object]))
  const entries = files.map((file, index) => {
    const sha256 = digested[index]?.sha256 ?? ''
    const object = byDigest.get(sha256)
    if (object === undefined) throw new GantryError('internal', 'An object of the source is not known.')
    const { path, size, nonce } = object
    const image = file.image === undefined ? {} : { image: { ...file.image } }
    return { path, size, digests: { sha256 }, name: file.name, nonce, ...image }
  })
  return { kind: 'entries', store, entries, encryption: { format: encryptionFormat, identity } }
}

class BytesMoved {
  readonly #settings: CallSettings
  #total: number
  #read = 0
  #sent = 0

  constructor(items: readonly Sourced[], settings: CallSettings) {
    this.#settings = settings
    const bytes = items.flatMap(({ files }) => files).reduce((sum, { size }) => sum + size, 0)
    this.#total = bytes * 2
  }

  read(bytes: number): void {
    this.#read += bytes
    this.#tell()
  }

  sent(bytes: number): void {
    this.#sent = bytes
    this.#tell()
  }

  #tell(): void {
    const done = this.#read + this.#sent
    this.#total = Math.max(this.#total, done)
    this.#settings.onProgress?.({ done, total: this.#total })
  }
}
