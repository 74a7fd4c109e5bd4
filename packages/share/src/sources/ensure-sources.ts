import { asGantryError, type EntriesSource, GantryError, isGantryError, isPath, type Source } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'
import type { Context } from '../gantry/context.ts'
import { callOf, type CallSettings } from '../gantry/result.ts'
import { hubReason } from '../hub-client/hub-reason.ts'
import { encryptionFormat } from '../sealing/opened-store.ts'
import { BytesMoved } from './bytes-moved.ts'
import { type DigestedFile, digestFiles, fingerprintOf } from './digest-files.ts'
import { isPublic, isRecorded } from './is-recorded.ts'
import { makePlan } from './make-plan.ts'
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
  /** Plaintext of the objects that were sent; of one that went on from an earlier call, all of it. */
  readonly bytes: number
} & (
  | { readonly source: Source; readonly error?: undefined }
  | { readonly source?: undefined; readonly error: GantryError }
)

/** An item whose source is to be made, and how it gets one. */
interface Planned {
  readonly plan: Uploading
  /** Two items of equal contents may have them in another order, under other names. */
  readonly digested: readonly DigestedFile[]
}

/**
 * Makes sure that the bytes of every item are where others can get them: by the source that it has, if that will do, else by
 * equal contents that were uploaded before, else by uploading them. What fails with one item is told of that item; only a
 * stopped call rejects. Progress counts the bytes of files; see `CallProgress`.
 */
export async function ensureSources<Item extends Sourced>(
  context: Context,
  items: readonly Item[],
  settings: CallSettings,
): Promise<Ensured<Item>[]> {
  if (items.every(({ source }) => source !== undefined && isPublic(source))) return items.map(withoutUpload)
  // Said before anything is read.
  void context.store
  return await context.uploads.take(settings.signal, async () => await ensure(context, items, settings))
}

async function ensure<Item extends Sourced>(
  context: Context,
  items: readonly Item[],
  settings: CallSettings,
): Promise<Ensured<Item>[]> {
  const plans = new Map<string, Uploading>()
  const planned = new Map<Item, Planned | GantryError>()
  const wanting: Item[] = []
  for (const item of items) {
    try {
      if (!(await isRecorded(context, item.source, callOf(settings)))) wanting.push(item)
    } catch (error) {
      planned.set(item, unlessStopped(error, settings))
    }
  }
  const progress = new BytesMoved(wanting, settings)
  for (const item of wanting) {
    try {
      planned.set(item, await planFor(context, item, plans, settings, (bytes) => progress.read(bytes)))
    } catch (error) {
      planned.set(item, explained(unlessStopped(error, settings), item))
    }
  }
  const uploading = [...plans.values()].filter(({ missing, remembered }) => missing.length > 0 || !remembered.complete)
  const failures = await uploadSources(context, uploading, settings, (bytes) => progress.sent(bytes))
  for (const { remembered } of uploading) {
    const failed = remembered.objects.some(({ path }) => failures.has(path))
    if (!failed && !remembered.complete) await context.catalogue.save({ ...remembered, complete: true })
  }
  if (wanting.length > 0) progress.finish()
  const told = new Set<Uploading>()
  return items.map((item): Ensured<Item> => {
    const found = planned.get(item)
    if (found === undefined) return withoutUpload(item)
    if (isGantryError(found)) return { item, error: found, uploaded: false, bytes: 0 }
    const { plan, digested } = found
    const error = plan.remembered.objects.map(({ path }) => failures.get(path)).find((one) => one !== undefined)
    if (error !== undefined) return { item, error, uploaded: false, bytes: 0 }
    // Of two with the same contents, the first one was sent.
    const first = !told.has(plan)
    told.add(plan)
    const bytes = first ? plan.missing.reduce((sum, { size }) => sum + size, 0) : 0
    return {
      item,
      source: sourceOf(context, plan, digested, item.source),
      uploaded: first && plan.missing.length > 0,
      bytes,
    }
  })
}

function withoutUpload<Item extends Sourced>(item: Item): Ensured<Item> {
  const { source } = item
  if (source !== undefined) return { item, source, uploaded: false, bytes: 0 }
  throw new GantryError('internal', 'A source was not planned.')
}

async function planFor(
  context: Context,
  { files }: Sourced,
  plans: Map<string, Uploading>,
  settings: CallSettings,
  onBytes: (bytes: number) => void,
): Promise<Planned> {
  if (files.length === 0) {
    throw new GantryError('precondition_failed', 'There are no bytes to upload: the workspace came without the image.')
  }
  const { platform, prepare } = context.options
  const { signal } = settings
  const digested = await digestFiles(files, { hashing: platform.hashing, prepare, signal, onBytes })
  namesOf(context, digested)
  const fingerprint = fingerprintOf(digested, platform.hashing)
  const plan = plans.get(fingerprint) ?? (await makePlan(context, fingerprint, digested, settings))
  plans.set(fingerprint, plan)
  return { plan, digested }
}

/** The files keep their own order, and their names unless they are to be called otherwise; equal ones are one object. */
function sourceOf(
  context: Context,
  { remembered: { store, identity, objects } }: Uploading,
  digested: readonly DigestedFile[],
  before: Source | undefined,
): EntriesSource {
  const earlier = before?.kind === 'entries' ? before.entries : []
  const byDigest = new Map(objects.map((object) => [object.sha256, object]))
  const names = namesOf(context, digested)
  const entries = digested.map(({ file, sha256 }, index) => {
    const object = byDigest.get(sha256)
    if (object === undefined) throw new GantryError('internal', 'An object of the source is not known.')
    const { path, size, nonce } = object
    // What prepares files may well change their UIDs: those that were would be wrong, and tell whose they are.
    const told = context.options.prepare === undefined ? file.image : undefined
    const { transferSyntaxUID } = told ?? {}
    const image = told && transferSyntaxUID !== undefined ? { image: { ...told, transferSyntaxUID } } : {}
    const { type } = earlier[index] ?? {}
    const known = { ...(type !== undefined && { type }), ...image }
    return { path, size, digests: { sha256 }, name: names[index] ?? path, nonce, ...known }
  })
  return { kind: 'entries', store, entries, encryption: { format: encryptionFormat, identity } }
}

function namesOf({ options }: Context, digested: readonly DigestedFile[]): string[] {
  const { rename } = options
  const names = digested.map(({ file }, index) => (rename === undefined ? file.name : rename(file, index)))
  const good = names.every((name) => typeof name === 'string' && isPath(name)) && new Set(names).size === names.length
  if (good) return names
  throw new GantryError('invalid', 'Names of files to be shared are relative paths, each another one.')
}

function unlessStopped(error: unknown, { signal }: CallSettings): GantryError {
  if (signal?.aborted === true) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
  return asGantryError(error, 'A file could not be read, or prepared.')
}

/** What was restored is read where its source says: where nobody said that its share is over, the objects themselves are gone. */
function explained(error: GantryError, { source }: Sourced): GantryError {
  if (error.code !== 'not_found' || source === undefined || hubReason(error) !== undefined) return error
  const message = 'What the source names is not there any more, and nothing else can be uploaded: load the files again.'
  return new GantryError('not_found', message, { cause: error })
}
