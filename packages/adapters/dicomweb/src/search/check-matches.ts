import { type DicomJson, GantryError } from '@gantry/core/driver'
import type { MatchingKey } from '@gantry/dicom'

/**
 * Leaves out what does not match: many services pass over keys that they do not know, and tell everything. A key that can
 * be checked in no match of a page, because the service tells its attribute of none, is `unsupported`: the answer might be
 * all that there is.
 */
export class CheckMatches {
  readonly #keys: readonly MatchingKey[]
  readonly #strict: boolean
  readonly #told = new Set<MatchingKey>()

  constructor(keys: readonly MatchingKey[], strict: boolean) {
    this.#keys = keys
    this.#strict = strict
  }

  page(matches: readonly DicomJson[]): readonly DicomJson[] {
    if (matches.length === 0) return matches
    for (const key of this.#keys) {
      if (this.#told.has(key)) continue
      if (matches.some((match) => key.told(match))) this.#told.add(key)
      else if (!this.#strict) throw untold(key.name)
    }
    return matches.filter((match) =>
      this.#keys.every((key) => (key.told(match) || this.#told.has(key) ? key.matches(match) : this.#strict)),
    )
  }
}

function untold(name: string): GantryError {
  return new GantryError(
    'unsupported',
    `The DICOMweb service tells no "${name}", so it may not have matched by it, and that cannot be checked: leave it out of the query, and look at the matches yourself.`,
  )
}
