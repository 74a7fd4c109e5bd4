import type { ErrorCode } from '../errors/error-code.ts'
import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import { throwIfCancelled } from './abortable.ts'
import { type ByteRange, type Bytes, clipRange, close } from './bytes.ts'
import type { Call } from './call.ts'
import { describeError } from './describe-error.ts'
import { compareDigests } from './digest.ts'
import type { Entry, NewEntry } from './entry.ts'
import { passage } from './passage.ts'
import { checkLength, checkPath } from './path.ts'
import type { StoreDriver } from './store-driver.ts'

/** Who is to be blamed for what nobody expected, where that is not the store. */
type Blame = () => string | undefined

/** What all calls of a driver have in common: errors that name store and path, bodies that are what was promised. */
export class CallRules {
  readonly #driver: StoreDriver
  #closing: Promise<void> | undefined

  constructor(driver: StoreDriver) {
    this.#driver = driver
  }

  /** Closes the driver, once, however often it is asked for. */
  async close(): Promise<void> {
    this.#closing ??= Promise.resolve(this.#driver.close?.())
    await this.#closing
  }

  /** Before a driver is asked: `cancelled` for a call that is, `invalid` once the store is closed. */
  begin(call: Call): void {
    throwIfCancelled(call)
    if (this.#closing !== undefined) throw new GantryError('invalid', 'The store is closed: open it again.')
  }

  /** The path of an entry to be written, in NFC; `invalid` where the store could not keep it. */
  newPath(path: string): string {
    const checked = checkPath(path)
    checkLength(checked, this.#driver.abilities)
    return checked
  }

  async run<Value>(path: string | undefined, call: Call, work: () => Promise<Value>, blame?: Blame): Promise<Value> {
    try {
      this.begin(call)
      return await work()
    } catch (error) {
      throw this.wrap(error, path, call, blame?.())
    }
  }

  /**
   * Hands a body over. Where it fails that is the reason, whatever the driver, or its SDK, made of it; and it is closed
   * where nobody is going to read it.
   */
  async send<Value>(
    path: string,
    call: Call,
    body: { readonly bytes: Bytes; readonly size: number | undefined },
    work: (bytes: Bytes, path: string) => Promise<Value>,
  ): Promise<Value> {
    const { bytes, size } = body
    const sending: { failed?: { readonly error: unknown } } = {}
    const failure = (error: unknown) => (sending.failed ??= { error }).error
    const sent = passage(bytes, { signal: call.signal, size, checked: true, failure })
    try {
      if (size !== undefined && !Number.isInteger(size)) throw new GantryError('invalid', 'A size is a whole number.')
      const checked = this.newPath(path)
      return await this.run(
        checked,
        call,
        async () => {
          const value = await work(sent, checked).catch((error: unknown) => {
            throw sending.failed === undefined ? error : sending.failed.error
          })
          if (sending.failed !== undefined) throw sending.failed.error
          return value
        },
        () => sending.failed && 'What gives the bytes to be written failed: see the cause.',
      )
    } catch (error) {
      // Not awaited: a producer that hangs would keep the error from its caller.
      close(sent).catch(() => {})
      throw error
    }
  }

  /** Takes a body over: of as many bytes as were asked for, where that can be told, and ended by an abort. */
  receive(path: string, call: Call, bytes: Bytes, size: number | { readonly atMost: number } | undefined): Bytes {
    const length = typeof size === 'object' ? { size: size.atMost, orFewer: true } : { size }
    return passage(bytes, { ...length, signal: call.signal, failure: (error) => this.wrap(error, path, call) })
  }

  /** Refuses what is no range of any entry, before a driver makes something of it. */
  checkRange(range: ByteRange | undefined): void {
    clipRange(range, Number.MAX_SAFE_INTEGER)
  }

  /** `unsupported` where the store would not do what is wanted of it besides keeping the bytes, and say nothing. */
  checkWanted({ ifAbsent, ifVersion, tier, retainUntil }: NewEntry): void {
    const { abilities } = this.#driver
    if ((ifAbsent === true || ifVersion !== undefined) && !abilities.conditional) {
      throw this.unsupported('has no conditional writes')
    }
    if (tier !== undefined && abilities.tier === undefined) throw this.unsupported('has no tiers')
    if (retainUntil !== undefined && abilities.retain !== true) {
      throw this.unsupported('is not opened as one that refuses removal')
    }
  }

  /** Fails with `integrity` when the store says that it keeps something else than it was given. */
  checkStored(given: NewEntry, stored: Entry): void {
    if (given.size !== undefined && stored.size !== undefined && stored.size !== given.size) {
      throw new GantryError('integrity', 'The store keeps another length than was written.')
    }
    if (compareDigests(given.digests, stored.digests) === 'different') {
      throw new GantryError('integrity', 'The store keeps other bytes than were written.')
    }
  }

  unsupported(what: string): GantryError {
    return new GantryError('unsupported', `This store ${what}.`)
  }

  wrap(error: unknown, path: string | undefined, call: Call, unexpected?: string): GantryError {
    const { scheme: store } = this.#driver
    // Whatever an aborted call threw, the caller's own wish is the reason.
    const code = call.signal.aborted ? 'cancelled' : this.#codeOf(error)
    if (!isGantryError(error) || error.code !== code) {
      const retryAfter = this.#driver.retryAfterOf?.(error)
      const message = code === 'internal' ? unexpected : undefined
      return new GantryError(code, message ?? describeError(code), { store, path, retryAfter, cause: error })
    }
    if (error.store !== undefined && (error.path !== undefined || path === undefined)) return error
    const { message, retryable, retryAfter } = error
    const place = { store: error.store ?? store, path: error.path ?? path }
    return new GantryError(code, message, { ...place, retryable, retryAfter, cause: error })
  }

  #codeOf(error: unknown): ErrorCode {
    return isGantryError(error) ? error.code : (this.#driver.codeOf(error) ?? 'internal')
  }
}
