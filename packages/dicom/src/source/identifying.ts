import type { Attributes, CallOptions, Entry, ImageIdentity, Store } from '@gantry/core'

import { isNotDicom } from '../errors.ts'
import { seeImage } from '../header/read-image.ts'
import { entrySource } from './entry-source.ts'

/** What an entry says of itself; the `flaw` of one that is DICOM and no image that can be read. */
export interface Identified {
  readonly image?: ImageIdentity
  /** Only of a header that was read to its end: what they lack, the entry lacks. */
  readonly attributes?: Attributes
  readonly flaw?: string
  /** What was read of a header that could not be read to its end; with those of its UIDs that say which image it is. */
  readonly partly?: Attributes
}

/**
 * What jobs take as `identify`: tells the identity of an entry that is a DICOM image, and those of its attributes that `keywords`
 * names, by a bounded read of its header; `undefined` for any other file. Throws the store's errors.
 */
export function identifying(
  keywords: readonly string[] = [],
): (store: Store, entry: Entry, call?: CallOptions) => Promise<Identified | undefined> {
  return async (store, entry, call = {}) => {
    const seen = await seeImage(entrySource(store, entry, call), { keywords, checkPixelData: false })
    if ('image' in seen) return seen
    const { error, attributes, uids, whole } = seen
    if (isNotDicom(error)) return undefined
    return whole ? { flaw: error.message, attributes } : { flaw: error.message, partly: { ...uids, ...attributes } }
  }
}
