import {
  compareDigests,
  type DigestAlgorithm,
  GantryError,
  type Part,
  type StoredPart,
  type StoreUploads,
  type Upload,
} from '@gantry/core'

import { Digesting } from './digesting.ts'
import type { EntryContext } from './entry-context.ts'
import { dropUpload, type EarlierPart } from './reopen-upload.ts'

/**
 * Digests the leading parts that the destination has from its own copy of them, so that a resumed download reads them
 * from the disk and not from the network again. Returns them; the source is needed from where they end.
 */
export async function readBack(
  context: EntryContext,
  uploads: StoreUploads,
  upload: Upload,
  parts: readonly Part[],
  have: ReadonlyMap<number, EarlierPart>,
  whole: Digesting,
): Promise<StoredPart[]> {
  const { watched, hashing, moved } = context
  const leading: StoredPart[] = []
  for (const part of parts) {
    const earlier = have.get(part.number)
    if (earlier?.journalled !== true) break
    const range = { start: part.offset, end: part.offset + part.size }
    const algorithms = Object.keys(earlier.part.digests ?? {}) as DigestAlgorithm[]
    const digesting = new Digesting(hashing, algorithms, part.size)
    for await (const chunk of await uploads.readBack(upload, range, { signal: watched.signal })) {
      await digesting.update(chunk)
      await whole.update(chunk)
      watched.touch()
    }
    if (compareDigests(await digesting.digests(), earlier.part.digests) === 'different') {
      await dropUpload(context, uploads, upload)
      throw new GantryError('integrity', 'A part that was written earlier is damaged: it is sent again.')
    }
    moved(part.size)
    leading.push(earlier.part)
  }
  return leading
}
