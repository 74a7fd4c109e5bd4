import { setTimeout as sleep } from 'node:timers/promises'

import {
  type Bytes,
  bytesOf,
  compareDigests,
  type DigestAlgorithm,
  type Digests,
  GantryError,
  isGantryError,
  type NewPart,
  type Part,
  retryDelay,
  type StoredPart,
  type StoreUploads,
  tap,
  type Upload,
} from '@gantry/core'

import { Digesting, partAlgorithmFor } from './digesting.ts'
import type { EntryContext } from './entry-context.ts'
import type { PartReader } from './part-reader.ts'
import type { EarlierPart } from './reopen-upload.ts'

const attemptsAtPart = 4

/** Sends the parts of one upload and journals them; in parallel where they are held in memory. */
export class PartSender {
  readonly #context: EntryContext
  readonly #uploads: StoreUploads
  readonly #upload: Upload
  readonly #have: ReadonlyMap<number, EarlierPart>
  readonly #stored = new Map<number, StoredPart>()
  readonly #running = new Set<Promise<void>>()
  /** Ends the waiting between attempts once one part has failed for good. */
  readonly #over = new AbortController()
  #failure: { readonly error: unknown } | undefined

  constructor(context: EntryContext, uploads: StoreUploads, upload: Upload, have: ReadonlyMap<number, EarlierPart>) {
    this.#context = context
    this.#uploads = uploads
    this.#upload = upload
    this.#have = have
  }

  /** Reads a part into memory and lets it go its own way; the next can be read meanwhile. */
  async sendHeld(reader: PartReader, part: Part): Promise<void> {
    const { buffers, watched } = this.#context
    const buffer = await watched.aside(buffers.take(part.size, watched.signal))
    try {
      this.#throwFailure()
      await reader.fill(buffer)
      if (await this.#hasAlready(part, buffer)) {
        buffers.give(buffer)
        return
      }
    } catch (error) {
      buffers.give(buffer)
      throw error
    }
    const sending = this.#sendBuffer(part, buffer)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#running.delete(sending)
        buffers.give(buffer)
      })
    this.#running.add(sending)
  }

  /** Passes a part on while it is read: for parts that are too large to be held. */
  async sendStreamed(reader: PartReader, part: Part): Promise<void> {
    const earlier = this.#have.get(part.number)
    const digesting = this.#digesting(part)
    if (earlier?.journalled === true) {
      for await (const chunk of reader.take(part.size)) await digesting.update(chunk)
      this.#refuseUnlessSame(earlier, await digesting.digests())
      this.#stored.set(part.number, earlier.part)
      return
    }
    const body = tap(reader.take(part.size), digesting.update)
    const sent = await this.#put(part, body)
    await this.#keep(sent, await digesting.digests())
  }

  /** Waits for all that is on its way. */
  async settled(): Promise<StoredPart[]> {
    // Watched one by one.
    await this.#context.watched.aside(Promise.all(this.#running))
    this.#throwFailure()
    return [...this.#stored.values()].sort((a, b) => a.number - b.number)
  }

  /** Waits until nothing uses a buffer any more. */
  async stopped(): Promise<void> {
    this.#fail(undefined)
    await this.#context.watched.aside(Promise.all(this.#running))
  }

  /** A held part is at hand, so that a passing fault costs this part and not the whole attempt. */
  async #sendBuffer(part: Part, buffer: Uint8Array): Promise<void> {
    const { watched } = this.#context
    const digesting = this.#digesting(part)
    await digesting.update(buffer)
    const digests = await digesting.digests()
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#keep(await this.#put({ ...part, digests }, bytesOf(buffer)), digests)
        return
      } catch (error) {
        if (!isGantryError(error) || !error.retryable || attempt >= attemptsAtPart || this.#failure) throw error
        const { retryAfter, code } = error
        const timing = {
          immediate: code === 'unavailable',
          timing: this.#context.retryTiming,
          ...(retryAfter !== undefined && { retryAfter }),
        }
        const delay = retryDelay(attempt + 1, Math.random(), timing)
        this.#context.retried(error, attempt + 1, delay)
        const signal = AbortSignal.any([watched.signal, this.#over.signal])
        await sleep(delay, undefined, { signal }).catch(() => {
          throw error
        })
      }
    }
  }

  async #put(part: NewPart, body: Bytes): Promise<StoredPart> {
    const { watchdog, watched: whole } = this.#context
    return await watchdog.guard(whole.signal, async ({ signal, touch }) => {
      return await this.#uploads.putPart(this.#upload, part, body, { signal, report: touch })
    })
  }

  async #keep(sent: StoredPart, digests: Digests): Promise<void> {
    const { entry } = this.#context
    if (compareDigests(digests, sent.digests) === 'different') {
      throw new GantryError('integrity', 'The destination keeps another part than was sent.', { path: entry.target })
    }
    await this.#record({ ...sent, digests: { ...sent.digests, ...digests } })
  }

  async #record(part: StoredPart): Promise<void> {
    await this.#context.journal.record({ type: 'part', id: this.#context.entry.id, part })
    this.#stored.set(part.number, part)
  }

  /** Whether an earlier attempt has sent these very bytes. */
  async #hasAlready(part: Part, bytes: Uint8Array): Promise<boolean> {
    const earlier = this.#have.get(part.number)
    if (earlier === undefined) return false
    const { digests: told = {} } = earlier.part
    const digesting = this.#digesting(part, Object.keys(told) as (keyof Digests)[])
    await digesting.update(bytes)
    const digests = await digesting.digests()
    if (earlier.journalled) this.#refuseUnlessSame(earlier, digests)
    else if (compareDigests(digests, told) !== 'same') return false
    await this.#record({ ...earlier.part, digests: { ...told, ...digests } })
    return true
  }

  /** Refuses to go on with another source than the one that was begun: two contents would be mixed. */
  #refuseUnlessSame({ part }: EarlierPart, digests: Digests): void {
    if (compareDigests(digests, part.digests) === 'same') return
    const { entry, from } = this.#context
    const vouched = from.abilities.versions && entry.source.version !== undefined
    // Where the version says that it is the same file, one of the two readings went wrong.
    const error = vouched
      ? new GantryError('integrity', 'The source gave other bytes than before: all of them are sent again.')
      : new GantryError('precondition_failed', 'The file changed since a part of it was sent: copy it again.')
    throw new PartsDiffer(error)
  }

  #digesting(part: Part, further: readonly DigestAlgorithm[] = []): Digesting {
    const { hashing, to } = this.#context
    return new Digesting(hashing, [partAlgorithmFor(hashing, to.abilities.digests), ...further], part.size)
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#over.abort()
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

/** What was sent earlier cannot be gone on with. */
export class PartsDiffer extends Error {
  override readonly cause: GantryError

  constructor(cause: GantryError) {
    super(cause.message)
    this.cause = cause
  }
}
