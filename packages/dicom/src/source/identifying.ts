import {
  type Attributes,
  type CallOptions,
  type Entry,
  type ImageIdentity,
  isGantryError,
  type Store,
} from '@gantry/core'

import { isNotDicom } from '../errors.ts'
import { readImage } from '../header/read-image.ts'
import { entrySource } from './entry-source.ts'

/** What an entry says of itself; the `flaw` of one that is DICOM and cannot be read. */
export interface Identified {
  readonly image?: ImageIdentity
  readonly attributes?: Attributes
  readonly flaw?: string
}

/**
 * What jobs take as `identify`: tells the identity of an entry that is a DICOM image, and those of its attributes that `keywords`
 * names, by a bounded read of its header; `undefined` for any other file. Throws the store's errors.
 */
export function identifying(
  keywords: readonly string[] = [],
): (store: Store, entry: Entry, call?: CallOptions) => Promise<Identified | undefined> {
  return async (store, entry, call = {}) => {
    try {
      return await readImage(entrySource(store, entry, call), { keywords, checkPixelData: false })
    } catch (error) {
      if (!isGantryError(error) || !['invalid', 'unsupported', 'integrity'].includes(error.code)) throw error
      // Too broken to say what it is: a selection by header does not hold it.
      return isNotDicom(error) ? undefined : { flaw: error.message }
    }
  }
}
