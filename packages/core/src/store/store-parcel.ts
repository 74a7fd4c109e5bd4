import { GantryError } from '../errors/gantry-error.ts'
import { type Bytes, tap } from './bytes.ts'
import { type CallOptions, toCall } from './call.ts'
import type { CallRules } from './call-rules.ts'
import type { Entry, NewEntry } from './entry.ts'
import type { ParcelOutcome, ParcelWriter } from './parcel.ts'

/** What became of one entry of a parcel. */
export type Committed =
  | { readonly path: string; readonly entry: Entry }
  | { readonly path: string; readonly error: GantryError }

/** A parcel in the making: nothing of it is visible before `commit`. */
export class StoreParcel {
  readonly #writer: ParcelWriter
  readonly #paths: ReadonlySet<string>
  readonly #resumable: boolean
  readonly #rules: CallRules
  /** What was added, as far as it was promised or counted. */
  readonly #added = new Map<string, NewEntry>()
  #state: 'open' | 'lost' | 'over' = 'open'

  constructor(writer: ParcelWriter, paths: ReadonlySet<string>, resumable: boolean, rules: CallRules) {
    this.#writer = writer
    this.#resumable = resumable
    this.#paths = paths
    this.#rules = rules
  }

  /** Paths that are in it already, from what an earlier process had saved. */
  get has(): ReadonlySet<string> {
    return this.#writer.has
  }

  /** What it got so far can be gone on with by another process. */
  get resumable(): boolean {
    return this.#resumable
  }

  /** Nothing can be added to it any more: it was committed or aborted, or an entry or the commit failed. */
  get lost(): boolean {
    return this.#state !== 'open'
  }

  /** It was committed or aborted. */
  get over(): boolean {
    return this.#state === 'over'
  }

  /** Adds an entry that was announced; when it rejects, `abort` is all that may follow. */
  async add(entry: NewEntry, body: Bytes, options: CallOptions = {}): Promise<void> {
    const call = toCall(options)
    let size = 0
    const counted = tap(body, (chunk) => {
      size += chunk.length
    })
    await this.#rules.send(entry.path, call, { bytes: counted, size: entry.size }, async (bytes, path) => {
      this.#refuseUnlessOpen()
      if (!this.#paths.has(path) || this.has.has(path) || this.#added.has(path)) {
        throw new GantryError('internal', 'An entry was added to a parcel that it does not belong to, or twice.')
      }
      // Until it is whole there is nothing that could be committed.
      this.#state = 'lost'
      await this.#writer.add({ ...entry, path }, bytes, call)
      this.#added.set(path, { ...entry, path, size })
      this.#state = 'open'
    })
  }

  /** Publishes it; an outcome for every entry in it, compared with what was added. */
  async commit(options: CallOptions = {}): Promise<readonly Committed[]> {
    const call = toCall(options)
    return await this.#rules.run(undefined, call, async () => {
      this.#refuseUnlessOpen()
      this.#state = 'lost'
      const outcomes = await this.#writer.commit(call)
      this.#state = 'over'
      const left = new Set([...this.#added.keys(), ...this.has])
      const committed = outcomes.map((outcome): Committed => {
        const { path } = outcome
        if (!left.delete(path)) {
          throw new GantryError('internal', 'The adapter tells of an entry that is not in the parcel, or twice of one.')
        }
        const error = this.#errorOf(outcome)
        if (error !== undefined) return { path, error: this.#rules.wrap(error, path, call) }
        return outcome as Extract<ParcelOutcome, { entry: Entry }>
      })
      const silent = new GantryError('unavailable', 'The store does not say what became of this entry: try again.')
      return [...committed, ...[...left].map((path) => ({ path, error: this.#rules.wrap(silent, path, call) }))]
    })
  }

  /** Leaves nothing behind; does nothing after `commit` or a second time. */
  async abort(options: CallOptions = {}): Promise<void> {
    if (this.#state === 'over') return
    const call = toCall(options)
    this.#state = 'over'
    await this.#rules.run(undefined, call, async () => {
      await this.#writer.abort(call)
    })
  }

  #errorOf(outcome: ParcelOutcome): unknown {
    if ('error' in outcome) return outcome.error
    try {
      this.#rules.checkStored(this.#added.get(outcome.path) ?? { path: outcome.path }, outcome.entry)
      return undefined
    } catch (error) {
      return error
    }
  }

  #refuseUnlessOpen(): void {
    if (this.#state === 'open') return
    throw new GantryError('internal', 'The parcel is over, or lost: begin another.')
  }
}
