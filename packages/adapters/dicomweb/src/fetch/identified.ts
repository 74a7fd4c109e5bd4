import { GantryError, type ImageIdentity } from '@gantry/core/driver'
import { PassingFile } from '@gantry/dicom'

import { followed } from '../retrieve/following.ts'
import type { ReceivedPart, RetrievedPart } from '../retrieve/retrieved-part.ts'

/** Bytes that are held of a part until its SOP Instance UID has come, before which hardly anything may stand. */
const longestBeginning = 1024 * 1024

export interface Identified {
  /** SOP Instance UID, where the first bytes tell. */
  readonly instance: string | undefined
  /** All of the identity, where it came as early. */
  readonly image: ImageIdentity | undefined
  /** There was more that could have told. */
  readonly more: boolean
  /** All of the body, which fails where the file says that it goes on. */
  readonly body: AsyncIterableIterator<Uint8Array>
}

/** Which instance a part is, by its first bytes: however long the values behind that are, none of them is waited for. */
export async function identified(part: ReceivedPart): Promise<Identified> {
  const file = new PassingFile()
  const begun: Uint8Array[] = []
  let length = 0
  while (file.instance === undefined && !file.over && length < longestBeginning) {
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
  const { instance, image, over } = file
  return { instance, image, more: !over, body: followed(part, file, begun) }
}

/** The same part, proved to be the instance that was asked for: whatever status it came with, it may be anything. */
export async function proved(part: ReceivedPart, wanted: string): Promise<RetrievedPart> {
  try {
    const { instance, more, body } = await identified(part)
    if (instance === undefined && more) {
      throw new GantryError('unsupported', 'More stands before the SOP Instance UID of an instance than is held of it.')
    }
    if (instance === undefined) {
      throw new GantryError(
        'integrity',
        'The service answered with something that is no DICOM file, or cannot be read.',
      )
    }
    if (instance !== wanted) {
      throw new GantryError('integrity', 'The service answered with another instance than was asked for.')
    }
    return { ...part, body }
  } catch (error) {
    await part.body.return?.()
    throw error
  }
}
