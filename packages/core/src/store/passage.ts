import { GantryError } from '../errors/gantry-error.ts'
import { cancelled } from './cancelled.ts'
import type { Signal } from './signal.ts'

/**
 * What a body, or another series of things that come one by one, is held to on its way. One object for all of it, and no
 * generator: every chunk of every entry comes through here, and a generator for each rule would cost a short entry more than
 * its bytes do.
 */
export interface PassageRules<Item = Uint8Array> {
  /** Ends it at once, also while a chunk is awaited: a producer that hangs must not keep its consumer from stopping. */
  readonly signal?: Signal | undefined
  /** Of a body: bytes that it must have, else `integrity`; with `orFewer`, that it has at most. */
  readonly size?: number | undefined
  readonly orFewer?: boolean
  /** Of a body that people give: what is no `Uint8Array` is `invalid`, since a storage would keep other bytes than it holds. */
  readonly checked?: boolean
  /** Told whenever a chunk is asked for. */
  readonly asked?: () => void
  /** Shown every chunk; it goes on when that is done with it. */
  readonly see?: (chunk: Item) => Promise<void> | undefined | void
  /** Judges all of it before its end is told. */
  readonly judge?: () => Promise<void>
  /** What is thrown in place of an error; `fromBody` where the producer failed, and not what is told here. */
  readonly failure?: (error: unknown, fromBody: boolean) => unknown
  /** Told once that it is over, when its producer is closed; one that is aborted is not waited for. `left`: closed before its end. */
  readonly ended?: (left: boolean) => void
}

/** Passes a body through. Closing it closes the one behind it, also when no chunk was ever asked for. */
export function passage<Item = Uint8Array>(
  body: AsyncIterable<Item>,
  rules: PassageRules<Item>,
): AsyncIterableIterator<Item> {
  // No compiler looks at what some hand in.
  if (typeof (body as Partial<typeof body> | undefined)?.[Symbol.asyncIterator] !== 'function') throw noBody()
  return new Passage(body[Symbol.asyncIterator](), rules)
}

type Result<Item> = IteratorResult<Item, undefined>

const end: Result<never> = { done: true, value: undefined }

class Passage<Item> implements AsyncIterableIterator<Item> {
  readonly #body: AsyncIterator<Item>
  readonly #rules: PassageRules<Item>
  #seen = 0
  #over = false
  #listening = false
  #told = false
  /** The answer that is awaited. */
  #answer: Promise<Result<Item>> | undefined
  #resolve: ((result: Result<Item>) => void) | undefined
  #reject: ((reason: unknown) => void) | undefined

  constructor(body: AsyncIterator<Item>, rules: PassageRules<Item>) {
    this.#body = body
    this.#rules = rules
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Result<Item>> {
    // Who does not wait for an answer gets the next one after it.
    if (this.#resolve !== undefined) return this.#afterwards()
    if (this.#over) return Promise.resolve(end)
    const { asked, signal } = this.#rules
    this.#answer = new Promise(this.#await)
    if (signal !== undefined && signal.aborted) {
      this.#stop()
    } else {
      // Only now: a body that nobody asks for a chunk must not stay registered with a signal that outlives it.
      if (signal !== undefined && !this.#listening) {
        this.#listening = true
        signal.addEventListener('abort', this.#stop)
      }
      asked?.()
      this.#ask()
    }
    return this.#answer
  }

  async return(): Promise<Result<Item>> {
    if (!this.#over) {
      this.#finish()
      await this.#closed().finally(() => this.#tell(true))
    }
    return end
  }

  async #afterwards(): Promise<Result<Item>> {
    await this.#answer?.catch(() => {})
    return await this.next()
  }

  readonly #await = (resolve: (result: Result<Item>) => void, reject: (reason: unknown) => void): void => {
    this.#resolve = resolve
    this.#reject = reject
  }

  #ask(): void {
    try {
      // A producer that no compiler saw may answer with what is no promise.
      Promise.resolve(this.#body.next()).then(this.#took, this.#lost)
    } catch (error) {
      this.#lost(error)
    }
  }

  readonly #took = (result: IteratorResult<Item>): void => {
    if (this.#over) return this.#give(end)
    if (result.done === true) return this.#ended()
    const { checked, see, size } = this.#rules
    if (checked === true && !isUint8Array(result.value)) return this.#refuse(noBody())
    if (size !== undefined) {
      this.#seen += (result.value as Uint8Array).length
      if (this.#seen > size) {
        return this.#refuse(new GantryError('integrity', `More bytes came than the ${size} that were promised.`))
      }
    }
    if (see === undefined) return this.#give(result)
    try {
      const seeing = see(result.value)
      if (seeing === undefined) this.#give(result)
      else seeing.then(() => this.#give(result), this.#refuse)
    } catch (error) {
      this.#refuse(error)
    }
  }

  readonly #lost = (error: unknown): void => {
    const { signal } = this.#rules
    if (signal?.aborted === true && !this.#over) this.#abandon()
    this.#fail(error, true)
  }

  /** The signal was aborted; whoever asks after that is told, too. */
  readonly #stop = (): void => {
    const { signal } = this.#rules
    if (this.#reject === undefined || signal === undefined) return
    this.#abandon()
    this.#fail(cancelled(signal), false)
  }

  /** What was seen here is no body to go on with: it is closed before that is told. */
  readonly #refuse = (reason: unknown): void => {
    this.#over = true
    const told = () => this.#fail(reason, false)
    this.#closed().then(told, told)
  }

  #ended(): void {
    const { judge, orFewer = false, size } = this.#rules
    if (size !== undefined && this.#seen !== size && !orFewer) {
      const message = `Only ${this.#seen} of ${size} promised bytes came.`
      return this.#fail(new GantryError('integrity', message), false)
    }
    if (judge === undefined) return this.#concluded()
    judge().then(
      () => this.#concluded(),
      (error: unknown) => this.#fail(error, false),
    )
  }

  #concluded(): void {
    this.#finish()
    this.#tell(false)
    this.#give(end)
  }

  #give(result: IteratorResult<Item>): void {
    const resolve = this.#resolve
    this.#resolve = undefined
    this.#reject = undefined
    resolve?.(result)
  }

  #fail(error: unknown, fromBody: boolean): void {
    this.#finish()
    this.#tell(false)
    const reject = this.#reject
    this.#resolve = undefined
    this.#reject = undefined
    if (reject === undefined) return
    const { failure } = this.#rules
    reject(failure === undefined ? error : failure(error, fromBody))
  }

  /** Not awaited: a producer that hangs answers only after its own step, if ever. */
  #abandon(): void {
    this.#finish()
    this.#closed().catch(() => {})
  }

  async #closed(): Promise<void> {
    await this.#body.return?.()
  }

  #tell(left: boolean): void {
    if (!this.#told) this.#rules.ended?.(left)
    this.#told = true
  }

  #finish(): void {
    this.#over = true
    if (this.#listening) this.#rules.signal?.removeEventListener('abort', this.#stop)
    this.#listening = false
  }
}

/** Of any realm. */
function isUint8Array(chunk: unknown): boolean {
  return (chunk as Partial<Uint8Array> | null | undefined)?.[Symbol.toStringTag] === 'Uint8Array'
}

function noBody(): GantryError {
  return new GantryError('invalid', 'A body is an async iterable of Uint8Arrays: see `bytesOf`.')
}
