import { type Entry, isGantryError, type Store } from '@gantry/core'
import { entrySource, readImage } from '@gantry/dicom'
import type { Identify } from '@gantry/transfer'

/** Identity and attributes of an entry that is a DICOM image, from its header; nothing for any other file. */
export function identifying(keywords: readonly string[]): Identify {
  return async (store: Store, entry: Entry, { signal }) => {
    try {
      return await readImage(entrySource(store, entry, { signal }), { keywords, checkPixelData: false })
    } catch (error) {
      // Not DICOM, or too broken to say what it is: a selection by header does not hold it.
      if (isGantryError(error) && ['invalid', 'unsupported', 'integrity'].includes(error.code)) return undefined
      throw error
    }
  }
}
