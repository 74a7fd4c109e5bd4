/** Some storages tell in whole seconds when an upload was begun. */
const truncated = 1000

/** Milliseconds since the epoch, both ends included. */
export interface Span {
  readonly from: number
  readonly until: number
}

/** When uploads of a job may have been begun of which its journal does not know: their answers never came. */
export class Unanswered {
  readonly #earlier: readonly Span[]
  readonly #spans = new Map<number, Span[]>()

  /** `created` is the job, `opened` it was by this process: between the two, others may have run it. */
  constructor({ created, opened }: { readonly created: number; readonly opened: number }) {
    this.#earlier = created < opened ? [{ from: created, until: opened }] : []
  }

  /** Of an entry that was begun before. */
  of(id: number): readonly Span[] {
    return [...this.#earlier, ...(this.#spans.get(id) ?? [])]
  }

  /** Asks for an upload of an entry; what fails is remembered until it is `settled`, for it may have been begun all the same. */
  async ask<Answer>(id: number, begin: () => Promise<Answer>): Promise<Answer> {
    const from = Date.now() - truncated
    try {
      return await begin()
    } catch (error) {
      this.#spans.set(id, [...(this.#spans.get(id) ?? []), { from, until: Date.now() }])
      throw error
    }
  }

  /** What those left was looked for. */
  settled(id: number): void {
    this.#spans.delete(id)
  }
}
