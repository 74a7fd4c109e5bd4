import { asGantryError, type Bytes, type Entry, type GantryError, passage, type Signal } from '@gantry/core'

export interface TransformCall {
  readonly signal: Signal
  /** Asked for its length alone, which a destination wants to know beforehand: the same comes again to be sent. */
  readonly measuring?: boolean
}

/** A step between read and write: de-identify, encrypt, compress. Named, so that a resumed job finds it again. */
export interface Transform {
  readonly name: string
  /** The bytes as they shall arrive, always the same; their length may differ. Chunks are borrowed, here as everywhere. */
  apply(entry: Entry, body: Bytes, call: TransformCall): Bytes
  /**
   * What an entry is called and what is said of it once it has passed, where that is something else: layouts and parcels
   * go by it, and the destination is told nothing of the source but this. `image` and `attributes` are there as far as
   * they are known of the source. What gets no path is refused as no image; throws `invalid` for other reasons to refuse. Default: the entry as it is.
   */
  become?(entry: Entry): Entry
  /**
   * Names a source path in a few letters and digits, where entries that would end up at one path are told apart by it.
   * Default: a digest of the path, which who knows the path can compute.
   */
  alias?(path: string): string
}

/** An entry as it is after all transforms. */
export function becomeOf(transforms: readonly Transform[], entry: Entry): Entry {
  return transforms.reduce((before, transform) => transform.become?.(before) ?? before, entry)
}

/** Entries become others: what lists tell of them, and where they lie, tells too little. */
export function becomes(transforms: readonly Transform[]): boolean {
  return transforms.some((transform) => transform.become !== undefined)
}

/** The bytes of an entry as they are after all transforms. */
export function transformed(transforms: readonly Transform[], entry: Entry, body: Bytes, call: TransformCall): Bytes {
  return transforms.reduce((before, transform) => {
    let after: Bytes
    try {
      after = transform.apply(entry, before, call)
    } catch (error) {
      throw failureOf(transform, error)
    }
    return passage(after, { failure: (error) => (call.signal.aborted ? error : failureOf(transform, error)) })
  }, body)
}

/** What it meant to say is left as it is; anything else is its fault, and not the store's. */
function failureOf({ name }: Transform, error: unknown): GantryError {
  return asGantryError(error, `The transform "${name}" failed: see the cause.`)
}
