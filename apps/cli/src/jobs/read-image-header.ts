import { type Entry, type ImageIdentity, isGantryError, type Store } from '@gantry/core'
import { attributesOf, entrySource, readHeader } from '@gantry/dicom'

/** What the header of an image says that people know it by. */
export interface ImageHeader {
  readonly image?: ImageIdentity
  readonly attributes: Readonly<Record<string, string>>
}

/** Already shown as identity. */
const identityKeywords = new Set([
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'SOPInstanceUID',
  'SOPClassUID',
  'NumberOfFrames',
])

/** `undefined` for what is no DICOM file, or too broken to tell. */
export async function readImageHeader(
  store: Store,
  entry: Entry,
  signal: AbortSignal,
): Promise<ImageHeader | undefined> {
  try {
    const header = await readHeader(entrySource(store, entry, { signal }), { checkPixelData: false })
    const known = Object.entries(attributesOf(header.elements)).filter(([keyword]) => !identityKeywords.has(keyword))
    const attributes = Object.fromEntries(known)
    return isIdentity(header.identifiers) ? { image: header.identifiers, attributes } : { attributes }
  } catch (error) {
    if (isGantryError(error) && ['invalid', 'integrity', 'unsupported'].includes(error.code)) return undefined
    throw error
  }
}

function isIdentity(found: Partial<ImageIdentity>): found is ImageIdentity {
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID, sopClassUID, transferSyntaxUID } = found
  return [studyInstanceUID, seriesInstanceUID, sopInstanceUID, sopClassUID, transferSyntaxUID].every(
    (uid) => uid !== undefined,
  )
}
