import { setTimeout as sleep } from 'node:timers/promises'

import {
  bytesOf,
  compareDigests,
  type Digests,
  GantryError,
  isGantryError,
  type Part,
  planParts,
  retryDelay,
  type StoredPart,
  type StoreUploads,
  tap,
  type Upload,
} from '@gantry/core'

import { algorithmsFor, Digesting } from './digesting.ts'
import { type EntryContext, passing } from './entry-context.ts'
import { PartReader } from './part-reader.ts'
import { confirm, fromSource, onlyIfAbsent, refuseUnlessEqual, refuseUnlessPlanned, type Sent } from './send-whole.ts'
import { reopenUpload } from './reopen-upload.ts'

/** Parts larger than this are streamed one by one instead of being held, several at a time, in memory. */
const largestHeldPart = 32 * 1024 * 1024
const attemptsAtPart = 4

/** Of an entry that is moved in parts: `upload.parts` by number and how they are cut. */
interface Plan {
  readonly upload: Upload
  readonly parts: readonly Part[]
  /** That the destination has, by number, from an earlier attempt. */
  readonly have: ReadonlyMap<number, StoredPart>
}

/** Whether an entry is worth the requests that parts cost: then a crash loses a part, not the entry. */
export function goesInParts(context: EntryContext): boolean {
  const { entry, to, transforms } = context
  const ability = to.uploads?.ability
  if (ability === undefined || transforms.length > 0) return false
  return entry.source.size > wantedPartSize(ability.parallel)
}

function wantedPartSize(parallel: boolean): number {
  return (parallel ? 16 : 64) * 1024 * 1024
}

/**
 * Moves an entry in parts, reading the source once and in order so that one digest covers all of it. What an earlier
 * attempt has sent is read again and compared, not sent again.
 */
export async function sendParts(context: EntryContext, uploads: StoreUploads): Promise<Sent> {
  const { entry, from, to, hashing, journal, watched } = context
  const { signal } = watched
  const { size } = entry.source
  const { partSize } = planParts(size, uploads.ability, wantedPartSize(uploads.ability.parallel))
  const plan = await preparePlan(context, uploads, partSize)
  const algorithms = algorithmsFor(hashing, entry.source.digests, to.abilities.digests)
  const whole = new Digesting(hashing, algorithms)
  const stored = new Map<number, StoredPart>()
  const start = uploads.readsBack ? await readBack(context, uploads, plan, whole, stored) : 0
  const reading = await fromSource(context, async () => {
    if (start < size) return await from.read(entry.source, { start }, { signal })
    return { entry: await from.stat(entry.source.path, { signal }), body: bytesOf() }
  })
  refuseUnlessPlanned(context, reading.entry)
  const known = { ...entry.source.digests, ...reading.entry.digests }
  // Not every store tells digests when it lists: what this answer adds can be computed only of all of the bytes.
  if (start === 0) for (const algorithm of algorithmsFor(hashing, known, [])) whole.add(hashing, algorithm)
  const reader = new PartReader(tap(passing(context, reading.body), whole.update))
  const held = uploads.ability.parallel && partSize <= largestHeldPart
  const sender = new PartSender(context, uploads, plan.upload)
  try {
    for (const part of plan.parts.filter(({ offset }) => offset >= start)) {
      const earlier = plan.have.get(part.number)
      if (earlier === undefined) {
        if (held) await sender.sendHeld(reader, part, stored)
        else stored.set(part.number, await sender.sendStreamed(reader, part))
      } else {
        await refuseUnlessSamePart(context, reader, earlier)
        stored.set(part.number, earlier)
      }
    }
    await sender.settled()
    await reader.finish()
  } catch (error) {
    await sender.stopped()
    throw error
  } finally {
    await reader.close()
  }
  const digests = whole.digests()
  try {
    refuseUnlessEqual(context, digests, known)
  } catch (error) {
    await dropUpload(context, uploads, plan.upload)
    throw error
  }
  const { modified, contentType } = { ...entry.source, ...reading.entry }
  const ifAbsent = onlyIfAbsent(context)
  const about = { path: entry.target, size, modified, contentType, digests, ifAbsent }
  const parts = [...stored.values()].sort((a, b) => a.number - b.number)
  const answer = await uploads.complete(plan.upload, about, parts, { signal, report: watched.touch })
  const sent = await confirm(context, size, digests, answer)
  await journal.record({ type: 'dropped', id: entry.id })
  return sent
}

async function preparePlan(context: EntryContext, uploads: StoreUploads, partSize: number): Promise<Plan> {
  const { entry, journal, watched } = context
  const { size, modified, contentType } = entry.source
  const parts: Part[] = []
  for (let offset = 0; offset < size; offset += partSize) {
    parts.push({ number: parts.length + 1, offset, size: Math.min(partSize, size - offset) })
  }
  const reopened = await reopenUpload(context, uploads, parts)
  if (reopened !== undefined) return { ...reopened, parts }
  const about = { path: entry.target, size, modified, contentType }
  const upload = await uploads.begin(about, { signal: watched.signal })
  await journal.record({ type: 'begun', id: entry.id, upload })
  return { upload, parts, have: new Map() }
}

/** Sends parts and journals them; in parallel where they are held in memory. */
class PartSender {
  readonly #context: EntryContext
  readonly #uploads: StoreUploads
  readonly #upload: Upload
  readonly #running = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  constructor(context: EntryContext, uploads: StoreUploads, upload: Upload) {
    this.#context = context
    this.#uploads = uploads
    this.#upload = upload
  }

  /** Reads a part into memory and lets it go its own way; the next can be read meanwhile. */
  async sendHeld(reader: PartReader, part: Part, stored: Map<number, StoredPart>): Promise<void> {
    const { buffers, watched } = this.#context
    const buffer = await buffers.take(part.size, watched.signal)
    try {
      this.#throwFailure()
      await reader.fill(buffer)
    } catch (error) {
      buffers.release(buffer)
      throw error
    }
    const sending = this.#sendBuffer(part, buffer)
      .then((sent) => void stored.set(part.number, sent))
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#running.delete(sending)
        buffers.release(buffer)
      })
    this.#running.add(sending)
  }

  async sendStreamed(reader: PartReader, part: Part): Promise<StoredPart> {
    const { watched } = this.#context
    const digesting = new Digesting(this.#context.hashing, ['crc32'])
    const body = tap(reader.take(part.size), digesting.update)
    const sent = await this.#uploads.putPart(this.#upload, part, body, {
      signal: watched.signal,
      report: watched.touch,
    })
    return await this.#keep(sent, digesting.digests())
  }

  /** Waits for all that is on its way. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
    this.#throwFailure()
  }

  /** Waits until nothing uses a buffer any more. */
  async stopped(): Promise<void> {
    this.#failure ??= { error: undefined }
    await Promise.all(this.#running)
  }

  /** A held part is at hand, so that a passing fault costs this part and not the whole attempt. */
  async #sendBuffer(part: Part, buffer: Uint8Array): Promise<StoredPart> {
    const { watched, hashing } = this.#context
    const digesting = new Digesting(hashing, ['crc32'])
    digesting.update(buffer)
    const digests = digesting.digests()
    for (let attempt = 1; ; attempt += 1) {
      try {
        const options = { signal: watched.signal, report: watched.touch }
        return await this.#keep(await this.#uploads.putPart(this.#upload, part, bytesOf(buffer), options), digests)
      } catch (error) {
        if (!isGantryError(error) || !error.retryable || attempt >= attemptsAtPart || this.#failure) throw error
        const { retryAfter, code } = error
        const timing = { immediate: code === 'unavailable', ...(retryAfter !== undefined && { retryAfter }) }
        const delay = retryDelay(attempt + 1, Math.random(), timing)
        this.#context.retried(code, attempt + 1, delay)
        await sleep(delay, undefined, { signal: watched.signal })
        watched.touch()
      }
    }
  }

  async #keep(sent: StoredPart, digests: Digests): Promise<StoredPart> {
    const { entry, journal } = this.#context
    if (compareDigests(digests, sent.digests) === 'different') {
      throw new GantryError('integrity', 'The destination keeps another part than was sent.', { path: entry.target })
    }
    const kept = { ...sent, digests: { ...sent.digests, ...digests } }
    await journal.record({ type: 'part', id: entry.id, part: kept })
    return kept
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

/**
 * Digests the leading parts that the destination has from its own copy of them, so that a resumed download reads them
 * from the disk and not from the network again. Returns the offset from which the source is needed.
 */
async function readBack(
  context: EntryContext,
  uploads: StoreUploads,
  plan: Plan,
  whole: Digesting,
  stored: Map<number, StoredPart>,
): Promise<number> {
  const { signal } = context.watched
  for (const part of plan.parts) {
    const earlier = plan.have.get(part.number)
    if (earlier === undefined) return part.offset
    const range = { start: part.offset, end: part.offset + part.size }
    const digesting = new Digesting(context.hashing, ['crc32'])
    for await (const chunk of await uploads.readBack(plan.upload, range, { signal })) {
      digesting.update(chunk)
      whole.update(chunk)
      context.watched.touch()
    }
    if (compareDigests(digesting.digests(), earlier.digests) === 'different') {
      await dropUpload(context, uploads, plan.upload)
      throw new GantryError('integrity', 'A part that was written earlier is damaged: it is sent again.')
    }
    context.moved(part.size)
    stored.set(part.number, earlier)
  }
  return context.entry.source.size
}

/** Reads what an earlier attempt sent, and refuses to go on with another source: two contents would be mixed. */
async function refuseUnlessSamePart(context: EntryContext, reader: PartReader, earlier: StoredPart): Promise<void> {
  const digesting = new Digesting(context.hashing, ['crc32'])
  for await (const chunk of reader.take(earlier.size)) digesting.update(chunk)
  if (compareDigests(digesting.digests(), earlier.digests) !== 'different') return
  const { uploads } = context.to
  if (uploads !== undefined && context.entry.upload !== undefined)
    await dropUpload(context, uploads, context.entry.upload)
  const error = new GantryError('precondition_failed', 'The file changed since a part of it was sent: copy it again.', {
    path: context.entry.source.path,
  })
  context.sourceError = error
  throw error
}

async function dropUpload(context: EntryContext, uploads: StoreUploads, upload: Upload): Promise<void> {
  await uploads.abort(upload, { signal: context.watched.signal })
  await context.journal.record({ type: 'dropped', id: context.entry.id })
}
