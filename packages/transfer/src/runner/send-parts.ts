import {
  bytesOf,
  close,
  combineCrcs,
  cutUpload,
  type DigestAlgorithm,
  type Digests,
  type Entry,
  GantryError,
  isGantryError,
  type LinearAlgorithm,
  type Part,
  type Reading,
  type StoredPart,
  type StoreUploads,
  type Upload,
} from '@gantry/core'

import { algorithmsFor, comparableBy, Digesting, partAlgorithmFor } from './digesting.ts'
import { type EntryContext, passing } from './entry-context.ts'
import { PartReader } from './part-reader.ts'
import { PartsDiffer, PartSender } from './part-sender.ts'
import { readBack } from './read-back.ts'
import { dropUpload, type EarlierPart, reopenUpload } from './reopen-upload.ts'
import {
  confirm,
  fromSource,
  onlyIfAbsent,
  openPlanned,
  refuseUnlessEqual,
  refuseUnlessPlanned,
  type Sent,
} from './send-whole.ts'

/** Parts larger than this are streamed one by one instead of being held, several at a time, in memory. */
const largestHeldPart = 32 * 1024 * 1024

/** Of an entry that is moved in parts: how it is cut, and what the destination has of it. */
interface Plan {
  readonly upload: Upload
  readonly parts: readonly Part[]
  /** By number. */
  readonly have: ReadonlyMap<number, EarlierPart>
}

/** Whether an entry is worth the requests that parts cost: then a crash loses a part, not the entry. */
export function goesInParts(context: EntryContext): boolean {
  const { entry, to, transforms } = context
  const ability = to.uploads?.ability
  if (ability === undefined || transforms.length > 0) return false
  return (entry.source.size ?? 0) > wantedPartSize(ability.parallel)
}

function wantedPartSize(parallel: boolean): number {
  return (parallel ? 16 : 64) * 1024 * 1024
}

/**
 * Moves an entry in parts, reading the source once and in order so that one digest covers all of it. What an earlier
 * attempt has sent is read again and compared, not sent again.
 */
export async function sendParts(context: EntryContext, uploads: StoreUploads): Promise<Sent> {
  const { entry, watched } = context
  const plan = await makePlan(context, uploads)
  let published = false
  try {
    const { read, digests, parts } = await sendPlanned(context, uploads, plan)
    const { modified, contentType } = { ...entry.source, ...read }
    const { contentEncoding } = read
    const size = sizeOf(entry)
    const ifAbsent = onlyIfAbsent(context)
    const about = { path: entry.target, size, modified, contentType, contentEncoding, digests, ifAbsent }
    published = true
    context.sent = { size, digests }
    const answer = await uploads.complete(plan.upload, about, parts, { signal: watched.signal, report: watched.touch })
    return await confirm(context, size, digests, answer)
  } catch (error) {
    throw await afterFailure(context, uploads, plan, { published, error })
  }
}

async function makePlan(context: EntryContext, uploads: StoreUploads): Promise<Plan> {
  const { entry, from, journal, watched } = context
  const options = { signal: watched.signal }
  const size = sizeOf(entry)
  const parts = cutUpload(size, uploads.ability, wantedPartSize(uploads.ability.parallel))
  const reopened = await reopenUpload(context, uploads, parts)
  if (reopened !== undefined) return { ...reopened, parts }
  // Lists do not tell how bytes are encoded, and it has to be said before the first of them is sent.
  const found = context.given?.entry ?? (await fromSource(context, () => from.stat(entry.source.path, options)))
  refuseUnlessPlanned(context, found)
  const { modified, contentType } = { ...entry.source, ...found }
  const { contentEncoding } = found
  // Some storages must know already now what it is to hold to in the end.
  const ifAbsent = onlyIfAbsent(context)
  const about = { path: entry.target, size, modified, contentType, contentEncoding, ifAbsent, ...context.keeping }
  const upload = await context.unanswered.ask(entry.id, async () => await uploads.begin(about, options))
  await journal.record({ type: 'begun', id: entry.id, upload })
  return { upload, parts, have: new Map() }
}

/** What goes in parts has a size. */
function sizeOf({ source }: EntryContext['entry']): number {
  return source.size ?? 0
}

/** Every part that the destination lacks; what came of it is ready to be published. */
async function sendPlanned(
  context: EntryContext,
  uploads: StoreUploads,
  plan: Plan,
): Promise<{ readonly read: Entry; readonly digests: Digests; readonly parts: readonly StoredPart[] }> {
  const { hashing } = context
  const { upload, parts, have } = plan
  const start = await startFrom(context, uploads, plan)
  const reading = await open(context, start.offset)
  const known = { ...start.known, ...reading.entry.digests }
  // Not every store tells digests when it lists: what this answer adds can be computed only of all of the bytes.
  if (start.offset === 0) {
    for (const algorithm of algorithmsFor(hashing, known, [])) {
      if (algorithm !== start.combined) start.whole.add(algorithm)
    }
  }
  const reader = new PartReader(passing(context, reading.body, { see: start.whole.update }))
  const sender = new PartSender(context, uploads, upload, have)
  let sent: StoredPart[]
  try {
    for (const part of parts) {
      if (part.offset < start.offset) continue
      if (goHeld(uploads, plan)) await sender.sendHeld(reader, part)
      else await sender.sendStreamed(reader, part)
    }
    sent = await sender.settled()
    await reader.finish()
  } catch (error) {
    await sender.stopped()
    throw error
  } finally {
    await reader.close()
  }
  const digests = { ...(await start.whole.digests()), ...combinedOf(start.combined, sent) }
  refuseUnlessEqual(context, digests, known)
  return { read: reading.entry, digests, parts: [...start.leading, ...sent] }
}

interface Start {
  readonly offset: number
  readonly leading: readonly StoredPart[]
  readonly whole: Digesting
  /** Of the whole, and not computed again because it follows from that of the parts. */
  readonly combined: LinearAlgorithm | undefined
  readonly known: Digests
}

/**
 * Where the source has to be read from. Not from the beginning only where the store can read back what it has, and the
 * source vouches for all of the bytes: else those of now and of then could be of two files.
 */
async function startFrom(context: EntryContext, uploads: StoreUploads, plan: Plan): Promise<Start> {
  const { entry, from, hashing, to, watched } = context
  const { source } = entry
  let known: Digests = { ...source.digests }
  const mayReadBack = uploads.readsBack && plan.have.get(1)?.journalled === true
  if (mayReadBack) {
    const now = await fromSource(context, () => from.stat(source.path, { signal: watched.signal }))
    refuseUnlessPlanned(context, now)
    known = { ...known, ...now.digests }
  }
  const algorithms = algorithmsFor(hashing, known, to.abilities.digests)
  const ofParts = partAlgorithmFor(hashing, to.abilities.digests)
  const combined = !mayReadBack && goHeld(uploads, plan) && algorithms.delete(ofParts) ? ofParts : undefined
  const whole = new Digesting(hashing, algorithms, sizeOf(entry))
  const vouched = (Object.keys(known) as DigestAlgorithm[]).some((algorithm) => whole.has(algorithm))
  if (!mayReadBack || !vouched) return { offset: 0, leading: [], whole, combined, known }
  const leading = await readBack(context, uploads, plan.upload, plan.parts, plan.have, whole)
  const { offset = 0, size = 0 } = leading.at(-1) ?? {}
  return { offset: offset + size, leading, whole, combined, known }
}

/** Parts that are held in memory go side by side. */
function goHeld({ ability }: StoreUploads, { parts }: Plan): boolean {
  return ability.parallel && (parts[0]?.size ?? 0) <= largestHeldPart
}

function combinedOf(algorithm: LinearAlgorithm | undefined, parts: readonly StoredPart[]): Digests {
  if (algorithm === undefined) return {}
  // Every part of this run was digested by it on its way, also what an earlier attempt had sent.
  const pieces = parts.map(({ digests, size }) => ({ hex: digests?.[algorithm] ?? '', size }))
  return { [algorithm]: combineCrcs(algorithm, pieces) }
}

async function open(context: EntryContext, start: number): Promise<Reading> {
  const { entry, from, given, hashing, watched } = context
  context.given = undefined
  if (given !== undefined && start > 0) await close(given.body)
  const options = { signal: watched.signal, compares: comparableBy(hashing) }
  return await openPlanned(context, async (): Promise<Reading> => {
    if (given !== undefined && start === 0) return given
    if (start >= sizeOf(entry)) {
      return { entry: await from.stat(entry.source.path, options), body: bytesOf() }
    }
    return await from.read(entry.source, start === 0 ? undefined : { start }, options)
  })
}

/** What is left of an upload is kept for the next attempt, unless it cannot be gone on with; says what to throw. */
async function afterFailure(
  context: EntryContext,
  uploads: StoreUploads,
  plan: Plan,
  { published, error }: { readonly published: boolean; readonly error: unknown },
): Promise<unknown> {
  const { entry, journal, watched } = context
  const { upload } = plan
  if (watched.signal.aborted) return error
  if (error instanceof PartsDiffer) {
    context.sourceError = error.cause
    await dropUpload(context, uploads, upload)
    return error.cause
  }
  if (!isGantryError(error)) return error
  const bySource = context.sourceError !== undefined
  if (error.code === 'integrity' && (bySource || published)) await dropUpload(context, uploads, upload)
  if (error.code !== 'not_found' || bySource || (await isThere(uploads, upload, watched.signal))) return error
  await journal.record({ type: 'dropped', id: entry.id })
  return new GantryError('unavailable', 'The destination has lost what was sent so far: it is sent again.', {
    cause: error,
  })
}

async function isThere(uploads: StoreUploads, upload: Upload, signal: AbortSignal): Promise<boolean> {
  try {
    await uploads.listParts(upload, { signal })
    return true
  } catch (error) {
    return !isGantryError(error) || error.code !== 'not_found'
  }
}
