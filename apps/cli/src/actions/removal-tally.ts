import type { Entry } from '@gantry/core'

import { isArchiveOwn } from '../places/archive-own.ts'
import { entries } from '../render/amounts.ts'
import type { Removals } from './archive/removals.ts'

/** What is to be removed, counted. */
interface Tallied {
  readonly entries: number
  readonly bytes: number
  /** Keys and manifests of an archive among them. */
  readonly own: number
  /** Those that are to be kept until a day that has not come. */
  readonly retained: number
}

/** Paths that the catalogue is asked about together. */
const atOnce = 500

/** Counts what is to be removed. */
export class Tally {
  readonly #known: Removals | undefined
  readonly #total = { entries: 0, bytes: 0, own: 0, retained: 0 }
  #paths: string[] = []

  constructor(known: Removals | undefined) {
    this.#known = known
  }

  async add({ path, size = 0 }: Entry): Promise<void> {
    this.#total.entries += 1
    this.#total.bytes += size
    if (isArchiveOwn(path)) this.#total.own += 1
    if (this.#known === undefined) return
    this.#paths.push(path)
    if (this.#paths.length >= atOnce) await this.#ask(this.#known)
  }

  async end(): Promise<Tallied> {
    if (this.#known !== undefined) await this.#ask(this.#known)
    return { ...this.#total }
  }

  async #ask(known: Removals): Promise<void> {
    const paths = this.#paths
    this.#paths = []
    this.#total.retained += await known.retained(paths)
  }
}

/** What somebody should know who removes it. */
export function warnings({ own, retained }: Tallied): string[] {
  return [
    ...(own > 0
      ? [`${entries(own)} of these are keys and manifests, without which no lost catalogue is made again.`]
      : []),
    ...(retained > 0 ? [`${entries(retained)} of these are to be kept until a day that has not come.`] : []),
  ]
}
