import { type Catalogue, knownOf, recordRemoved } from '@gantry/catalogue'

import type { PathIn } from '../../places/inside.ts'
import { pathsBetween } from '../../places/paths-between.ts'
import type { Place, Places } from '../../places/places.ts'
import { userName } from './open-catalogue.ts'

/** What each place calls a path. */
type Locations = ReadonlyMap<string, PathIn>

/** Paths that are told together: what a crash may leave untold. */
const atOnce = 200

/** What is removed from a place, told to the catalogue, where that knows of anything there. */
export class Removals {
  readonly #catalogue: Catalogue
  readonly #place: string
  readonly #locations: Locations
  readonly #total = { entries: 0, bytes: 0, retained: 0 }
  #waiting: string[] = []

  private constructor(catalogue: Catalogue, place: string, locations: Locations) {
    this.#catalogue = catalogue
    this.#place = place
    this.#locations = locations
  }

  static async at(catalogue: Catalogue, places: Places, place: Place): Promise<Removals> {
    const locations = new Map<string, PathIn>()
    for (const location of await catalogue.locations()) {
      const inside = await pathsBetween(places, place, location)
      if (inside !== undefined) locations.set(location, inside)
    }
    return new Removals(catalogue, place.address, locations)
  }

  /** How many of these are to be kept until a day that has not come. */
  async retained(paths: readonly string[]): Promise<number> {
    let count = 0
    for (const [location, there] of this.#at(paths)) {
      count += (await knownOf(this.#catalogue, location, there)).retained
    }
    return count
  }

  /** It was removed. */
  async add(path: string): Promise<void> {
    this.#waiting.push(path)
    if (this.#waiting.length >= atOnce) await this.#tell()
  }

  /** No more is removed; tells how many were to be kept longer. */
  async end(): Promise<number> {
    await this.#tell()
    const { entries, bytes, retained } = this.#total
    if (entries > 0) {
      await this.#catalogue.note({ kind: 'removed', who: userName(), place: this.#place, entries, bytes })
    }
    return retained
  }

  async #tell(): Promise<void> {
    const paths = this.#waiting
    this.#waiting = []
    for (const [location, there] of this.#at(paths)) {
      const { entries, bytes, retained } = await recordRemoved(this.#catalogue, location, there)
      this.#total.entries += entries
      this.#total.bytes += bytes
      this.#total.retained += retained
    }
  }

  *#at(paths: readonly string[]): Generator<[location: string, paths: string[]]> {
    for (const [location, inside] of this.#locations) {
      const there = paths.map((path) => inside(path)).filter((path) => path !== undefined)
      if (there.length > 0) yield [location, there]
    }
  }
}
