import {
  type Bytes,
  type Call,
  type Entry,
  type ErrorCode,
  GantryError,
  HttpRefusal,
  isGantryError,
  type NewEntry,
  type NewParcel,
  type ParcelOutcome,
  type ParcelUnit,
  type ParcelWriter,
} from '@gantry/core/driver'

import type { InstanceUids } from '../retrieve/resource.ts'
import type { Service } from '../service.ts'
import { instanceOf } from './entry-instance.ts'
import { InstanceParcel } from './instance-parcel.ts'
import { keptInstance } from './kept-instance.ts'
import {
  errorOfFailure,
  errorOfUnseen,
  errorOfWarning,
  failureOfUnnamed,
  saysAltered,
  type StoredInstance,
  type StowAnswer,
  type StowFailure,
} from './stow-answer.ts'
import { isRefusal, type SentInstance, StowRequest } from './stow-request.ts'

/** Of a request that has to be gathered in memory before it is sent. */
const mostGathered = 64 * 1024 * 1024
/** Of a request that is repeated as a whole where it fails. */
const mostAtOnce = 512 * 1024 * 1024
/** Instances that are remembered as ones whose request was refused. */
const mostSuspects = 10_000

/** Stores instances (STOW-RS), alone or many in one request. */
export class InstanceStore {
  readonly service: Service
  /** Which of a refused request's instances was the reason, nobody says: they go alone the next time. */
  readonly #suspects = new Set<string>()
  /** The service wants to know how long a request is before it comes (411). */
  #wantsLength = false

  constructor(service: Service) {
    this.service = service
  }

  /** What one request takes. */
  get unit(): Exclude<ParcelUnit, string> {
    const { profile, options } = this.service
    const { maxEntries, maxBytes } = profile.store
    return { entries: maxEntries, bytes: Math.min(maxBytes, options.transport.streams ? mostAtOnce : mostGathered) }
  }

  /** Many in one request; of one study alone, where that is given: the service refuses others. */
  begin(parcel: NewParcel, study?: string): ParcelWriter {
    return new InstanceParcel(this, parcel, study)
  }

  /** One instance in a request of its own. Its length is told where it is known. */
  async write(entry: NewEntry, body: Bytes, call: Call, study?: string): Promise<Entry> {
    const instance = instanceOf(entry)
    const { report } = call
    const request = new StowRequest(this.service, { size: entry.size, study, ...(report !== undefined && { report }) })
    try {
      await request.add(instance, { bytes: body, size: entry.size }, call)
    } catch (error) {
      request.abort()
      throw error
    }
    const [outcome] = await this.settle(request, [entry.path], call)
    if (outcome === undefined) throw new GantryError('internal', 'An instance was stored, and nothing became of it.')
    if ('error' in outcome) throw outcome.error
    return outcome.entry
  }

  /** Whether an instance is to be sent by itself. */
  goesAlone({ instance }: InstanceUids): boolean {
    return this.#wantsLength || this.#suspects.has(instance)
  }

  /** What became of all that a request sent, in their order, when it has been answered, or its answer was lost. */
  async settle(request: StowRequest, paths: readonly string[], call: Call): Promise<readonly ParcelOutcome[]> {
    let answer: StowAnswer
    try {
      answer = await request.finish(call)
    } catch (error) {
      if (call.signal.aborted) throw error
      return await this.#settleUntold(request.sent, paths, error, call)
    }
    const unnamed = failureOfUnnamed(
      answer,
      request.sent.map(({ instance }) => instance.instance),
    )
    const outcomes: ParcelOutcome[] = []
    for (const [index, sent] of request.sent.entries()) {
      const told = answer.instances.get(sent.instance.instance)
      const outcome = await this.#outcomeOf(sent, paths[index] ?? '', { told, unnamed }, call)
      outcomes.push(outcome)
    }
    return outcomes
  }

  async #outcomeOf(
    sent: SentInstance,
    path: string,
    { told, unnamed }: { readonly told: StoredInstance | undefined; readonly unnamed: StowFailure | undefined },
    call: Call,
  ): Promise<ParcelOutcome> {
    if (told?.stored === true) return await this.#storedOf(sent, path, told.warning, call)
    if (told !== undefined && told.code !== 'already_exists') return { path, error: errorOfFailure(told) }
    // Not told, or there before: the bytes that the service keeps decide.
    const kept = await keptInstance(this.service, sent.instance, sent.fingerprint, call)
    if (kept === 'same') return { path, entry: entryOf(path) }
    const failure = told ?? unnamed
    if (failure !== undefined) return { path, error: errorOfFailure(failure) }
    if (kept === 'unseen') return { path, error: errorOfUnseen(undefined) }
    return {
      path,
      error: new GantryError('unavailable', 'The DICOMweb service did not say what became of an instance: try again.'),
    }
  }

  /** What a service says that it altered is stored if it is the same nevertheless: some say so of all that they take. */
  async #storedOf(sent: SentInstance, path: string, warning: number | undefined, call: Call): Promise<ParcelOutcome> {
    if (warning === undefined || !saysAltered(warning)) return { path, entry: entryOf(path) }
    try {
      const kept = await keptInstance(this.service, sent.instance, sent.fingerprint, call)
      if (kept === 'same') return { path, entry: entryOf(path) }
      return { path, error: kept === 'unseen' ? errorOfUnseen(warning) : errorOfWarning(warning) }
    } catch (error) {
      if (call.signal.aborted) throw error
      return { path, error }
    }
  }

  /**
   * What is to be told of a request for several instances that failed: where it was refused for one of them, and nobody
   * says which, it can be tried again, one by one.
   */
  failureOf(error: unknown, instances: readonly InstanceUids[]): unknown {
    if (!isGantryError(error) || !(error.cause instanceof HttpRefusal)) return error
    const { cause, code, message, retryAfter } = error
    if (cause.status === 411) this.#wantsLength = true
    else if (instances.length < 2 || !(ofOne.has(code) || cause.status === 409)) return error
    else for (const { instance } of instances) if (this.#suspects.size < mostSuspects) this.#suspects.add(instance)
    return new GantryError('unavailable', message, { cause, ...(retryAfter !== undefined && { retryAfter }) })
  }

  /**
   * After an answer that did not come, or refused all for the sake of one: what was stored nevertheless is looked for, and
   * need not be sent again.
   */
  async #settleUntold(
    sent: readonly SentInstance[],
    paths: readonly string[],
    failed: unknown,
    call: Call,
  ): Promise<readonly ParcelOutcome[]> {
    const error = this.failureOf(
      failed,
      sent.map(({ instance }) => instance),
    )
    const refused = isRefusal(failed) && error === failed
    const outcomes: ParcelOutcome[] = []
    for (const [index, { instance, fingerprint }] of sent.entries()) {
      const path = paths[index] ?? ''
      const kept = refused ? 'nothing' : await keptInstance(this.service, instance, fingerprint, call)
      outcomes.push(kept === 'same' ? { path, entry: entryOf(path) } : { path, error })
    }
    return outcomes
  }
}

/** What is wrong with one instance of many. */
const ofOne: ReadonlySet<ErrorCode> = new Set(['invalid', 'unsupported', 'already_exists', 'integrity'])

/** A service says no more of what it stored than that it did. */
function entryOf(path: string): Entry {
  return { path }
}
