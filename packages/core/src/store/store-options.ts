import type { GantryError } from '../errors/gantry-error.ts'
import type { CallOptions } from './call.ts'
import type { DirectOrder } from './direct.ts'

/** What `list` may be told besides what is selected. */
export interface ListOptions extends CallOptions {
  /**
   * Told of objects whose names are no paths (`a//b`, `../x`), and of what else is there and is no entry (`./pipe`,
   * `./folder/` that may not be opened, a damaged record of entries), with why: they cannot be read or copied, and must not be silent. Without it, what
   * is not `invalid` ends the list, which would else lack nobody knows what.
   */
  readonly onRefused?: ((name: string, why: GantryError) => void) | undefined
}

/** What `take` may be told besides what is taken. */
export interface TakeOptions extends CallOptions {
  /** To be computed of the bytes on their way, where the store can. */
  readonly digests?: DirectOrder['digests'] | undefined
  /** Told of the error that the call fails with, where it is the source's. */
  readonly onSourceError?: ((error: GantryError) => void) | undefined
}
