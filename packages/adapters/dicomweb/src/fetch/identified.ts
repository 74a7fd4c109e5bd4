import { GantryError, type ImageIdentity } from '@gantry/core/driver'
import { PassingFile } from '@gantry/dicom'

import { followed } from '../retrieve/following.ts'
import type { ReceivedPart, RetrievedPart } from '../retrieve/retrieved-part.ts'

/** Bytes in which the identity of an image must be found. */
const longestBeginning = 1024 * 1024

/** Which image a part is, by its first bytes, where they tell; and all of its body, which fails where the file says that it goes on. */
export async function identified(
  part: ReceivedPart,
): Promise<{ readonly image: ImageIdentity | undefined; readonly body: AsyncIterableIterator<Uint8Array> }> {
  const file = new PassingFile()
  const begun: Uint8Array[] = []
  let length = 0
  while (file.image === undefined && length < longestBeginning) {
    const { done, value } = await part.body.next()
    if (done === true) {
      file.end()
      break
    }
    // Lent until the next is asked for.
    begun.push(Uint8Array.from(value))
    length += value.length
    file.push(value)
  }
  return { image: file.image, body: followed(part, file, begun) }
}

/** The same part, proved to be the instance that was asked for: whatever status it came with, it may be anything. */
export async function proved(part: ReceivedPart, instance: string): Promise<RetrievedPart> {
  try {
    const { image, body } = await identified(part)
    if (image === undefined) {
      throw new GantryError(
        'integrity',
        'The service answered with something that is no DICOM file, or cannot be read.',
      )
    }
    if (image.sopInstanceUID !== instance) {
      throw new GantryError('integrity', 'The service answered with another instance than was asked for.')
    }
    return { ...part, body }
  } catch (error) {
    await part.body.return?.()
    throw error
  }
}
