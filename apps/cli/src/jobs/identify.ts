import { type Entry, isGantryError, type Store } from '@gantry/core'
import { entrySource, isNotDicom, readImage } from '@gantry/dicom'
import type { Identify } from '@gantry/transfer'

/** Identity and attributes of an entry that is a DICOM image, from its header; of one that cannot be read, why; nothing for any other file. */
export function identifying(keywords: readonly string[]): Identify {
  return async (store: Store, entry: Entry, { signal }) => {
    try {
      return await readImage(entrySource(store, entry, { signal }), { keywords, checkPixelData: false })
    } catch (error) {
      if (!isGantryError(error) || !['invalid', 'unsupported', 'integrity'].includes(error.code)) throw error
      // Too broken to say what it is: a selection by header does not hold it.
      return isNotDicom(error) ? undefined : { flaw: error.message }
    }
  }
}
