import { type Entry, type GantryError, isGantryError } from '@gantry/core'

import { batchSize, type Planning } from './planning.ts'
import { becomes } from './transform.ts'

/**
 * What the destination has, so that what is there need not be asked for entry by entry. Asked for at once, where it can be: the
 * way there may be long, and the source is listed meanwhile.
 */
export class DestinationListing {
  readonly #options: Planning
  readonly #controller = new AbortController()
  readonly #begun:
    | { readonly entries: AsyncIterator<Entry>; readonly first: Promise<IteratorResult<Entry>> }
    | undefined

  constructor(options: Planning) {
    this.#options = options
    const { entries, journal } = options
    // Where only some are wanted, where they go is known when they are.
    if (entries !== undefined || journal.spec.existing === 'overwrite') return
    const iterator = this.#list(wholeFolder(options))[Symbol.asyncIterator]()
    const first = iterator.next()
    // Told when it is wanted, if it ever is.
    first.catch(() => {})
    this.#begun = { entries: iterator, first }
  }

  /** Notes it in the journal; gives up on a destination that holds much more than is to be moved. */
  async record(planned: number): Promise<'complete' | 'unknown'> {
    const { journal, watched } = this.#options
    if (journal.spec.existing === 'overwrite' || planned === 0) return 'unknown'
    const limit = Math.max(10_000, planned * 4)
    let batch: Entry[] = []
    let seen = 0
    try {
      const entries = await this.#entries()
      if (entries === undefined) return 'unknown'
      for await (const entry of entries) {
        watched.touch()
        batch.push(entry)
        seen += 1
        if (seen > limit) return 'unknown'
        if (batch.length < batchSize) continue
        await journal.addExisting(batch)
        batch = []
      }
      await journal.addExisting(batch)
      await this.#recordRenamed()
      return 'complete'
    } catch (error) {
      if (!isGantryError(error)) throw error
      if (error.code === 'not_found') return 'complete'
      if (error.code === 'unsupported' || error.code === 'permission_denied') return 'unknown'
      throw error
    }
  }

  /** What is where entries go, and was listed by another name. */
  async #recordRenamed(): Promise<void> {
    const { journal, to, signal, watched } = this.#options
    let targets: string[] = []
    const look = async () => {
      const found = await to.findRenamed(targets, { signal })
      watched.touch()
      targets = []
      if (found !== undefined) await journal.addExisting(found)
      return found !== undefined
    }
    // Of none, to learn whether entries have other names there at all.
    if (!(await look())) return
    for await (const { target } of journal.planned()) {
      if (target !== '') targets.push(target)
      if (targets.length >= batchSize) await look()
    }
    await look()
  }

  /** Stops what nobody waits for any more. */
  close(): void {
    this.#controller.abort()
  }

  /** `undefined` where none is worth listing: few of many, that are not beside each other, are asked for one by one. */
  async #entries(): Promise<AsyncIterable<Entry> | undefined> {
    if (this.#begun !== undefined) return rejoined(this.#begun.first, this.#begun.entries)
    const folder = await commonFolder(this.#options)
    return folder === '' ? undefined : this.#list(folder)
  }

  #list(prefix: string | undefined): AsyncIterable<Entry> {
    const { to, signal } = this.#options
    const own = AbortSignal.any([signal, this.#controller.signal])
    // What a damaged record held is nothing to compare with: it is sent again.
    const onRefused = (_: string, why: GantryError) => {
      if (why.code !== 'invalid' && why.code !== 'integrity') throw why
    }
    return to.list(prefix === undefined ? {} : { prefix }, { signal: own, onRefused })
  }
}

/** The folder of the destination that all of the selection goes to; `undefined` is all of it. */
function wholeFolder({ journal, layout, transforms }: Planning): string | undefined {
  return layout.keepsPrefix === true && !becomes(transforms) ? journal.spec.selection.prefix || undefined : undefined
}

/** The folder that all targets lie in; empty is none. */
async function commonFolder({ journal }: Planning): Promise<string> {
  let common: string[] | undefined
  for await (const { target } of journal.planned()) {
    if (target === '') continue
    const folders = target.split('/').slice(0, -1)
    const same: string[] = common ?? folders
    const end = same.findIndex((name, index) => name !== folders[index])
    common = end < 0 ? same : same.slice(0, end)
  }
  return common?.join('/') ?? ''
}

async function* rejoined(first: Promise<IteratorResult<Entry>>, rest: AsyncIterator<Entry>): AsyncGenerator<Entry> {
  try {
    for (let result = await first; result.done !== true; result = await rest.next()) yield result.value
  } finally {
    await rest.return?.()
  }
}
