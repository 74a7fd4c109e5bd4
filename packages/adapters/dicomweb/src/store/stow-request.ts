import {
  type Bytes,
  type Call,
  close,
  collect,
  GantryError,
  HttpRefusal,
  isGantryError,
  tap,
} from '@gantry/core/driver'

import { type InstanceUids, segmentsOf } from '../retrieve/resource.ts'
import type { Service } from '../service.ts'
import { Fingerprint } from './fingerprint.ts'
import { contentTypeOf, multipartBody, multipartSize, randomBoundary } from './multipart-body.ts'
import { PartChannel, Unread } from './part-channel.ts'
import { parseStowAnswer, type StowAnswer } from './stow-answer.ts'

/** An instance that was sent, and what is needed to know it again. */
export interface SentInstance {
  readonly instance: InstanceUids
  readonly fingerprint: string
}

/** Longest answer that is taken: some hundred bytes an instance. */
const longestAnswer = 16 * 1024 * 1024

/**
 * One Store request (PS3.18 10.5) while it is being sent: instances are added one after another, each taken by the service
 * before the next; nothing of them is held. Over a transport that does not stream, all of it is gathered first.
 */
export class StowRequest {
  readonly sent: SentInstance[] = []
  readonly #service: Service
  readonly #channel = new PartChannel()
  readonly #controller = new AbortController()
  readonly #report: ((bytes: number) => void) | undefined
  readonly #study: string | undefined
  readonly #answer: Promise<StowAnswer>

  /** `size`: of the only instance, where it is known: then the request tells its length. */
  constructor(
    service: Service,
    options: { readonly size?: number | undefined; readonly study?: string | undefined } & Pick<Call, 'report'>,
  ) {
    this.#service = service
    this.#report = options.report
    this.#study = options.study
    this.#answer = this.#run(options.size)
    // Told to whoever adds or finishes.
    this.#answer.catch(() => {})
  }

  /** Resolves when the last chunk was taken. */
  async add(
    instance: InstanceUids,
    part: { readonly bytes: Bytes; readonly size?: number | undefined },
    call: Call,
  ): Promise<void> {
    const fingerprint = new Fingerprint()
    const bytes = tap(part.bytes, (chunk) => fingerprint.update(chunk))
    await this.#within(call, async () => {
      const handed = this.#channel.put({ ...part, bytes })
      try {
        await Promise.race([handed, this.#answer.then(() => this.#early())])
      } catch (error) {
        handed.catch(() => {})
        close(bytes).catch(() => {})
        // What the service refused it for says more than that it stopped.
        if (error instanceof Unread) await this.#answer.then(() => this.#early())
        throw error
      }
    })
    this.sent.push({ instance, fingerprint: fingerprint.value })
  }

  /** There are no more: what the service says of them. */
  async finish(call: Call): Promise<StowAnswer> {
    return await this.#within(call, async () => {
      this.#channel.end()
      return await this.#answer
    })
  }

  /** What was sent so far is not to be stored: the service sees that the request has no end. */
  abort(): void {
    const error = new GantryError('cancelled', 'Stopped on request.')
    this.#channel.close(error)
    this.#controller.abort(error)
  }

  async #run(size: number | undefined): Promise<StowAnswer> {
    const boundary = randomBoundary()
    const { transport } = this.#service.options
    const bytes = multipartBody(this.#channel, boundary)
    const call: Call = { signal: this.#controller.signal, ...(this.#report !== undefined && { report: this.#report }) }
    try {
      const stream = { bytes, size: multipartSize([size], boundary) }
      const body = transport.streams ? stream : await collect(bytes, this.#service.profile.store.maxBytes)
      const answer = await this.#service.send(
        {
          method: 'POST',
          path: this.#study === undefined ? ['studies'] : segmentsOf({ study: this.#study }),
          headers: { accept: this.#service.profile.store.accept, 'content-type': contentTypeOf(boundary) },
          body,
          // What became of each instance is told, also where it became nothing.
          answers: [409],
        },
        call,
      )
      const text = new TextDecoder().decode(await collect(answer.body, longestAnswer))
      return parseStowAnswer(text) ?? { instances: new Map(), others: [] }
    } finally {
      // Whoever still waits to hand something over learns that nobody reads on.
      this.#channel.close(new Unread())
    }
  }

  #early(): never {
    throw new GantryError('unavailable', 'The DICOMweb service answered before all was sent: try again.', {
      cause: new HttpRefusal(409, undefined),
    })
  }

  /** The request ends when the caller of one of its steps loses interest. */
  async #within<Value>({ signal }: Call, work: () => Promise<Value>): Promise<Value> {
    const stop = () => this.abort()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      return await work()
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}

/** Whether the service answered that it will not: else nobody knows what became of what was sent. */
export function isRefusal(error: unknown): boolean {
  return isGantryError(error) && error.cause instanceof HttpRefusal
}
