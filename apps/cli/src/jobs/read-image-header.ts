import { type Entry, type GantryError, type ImageIdentity, isGantryError, type Store } from '@gantry/core'
import { attributesOf, entrySource, isNotDicom, readHeader, readIdentity } from '@gantry/dicom'

/** What the header of an image says that people know it by. */
export interface ImageHeader {
  readonly image?: ImageIdentity
  readonly attributes: Readonly<Record<string, string>>
  /** Why it cannot be read, of what is DICOM. */
  readonly flaw?: string
}

/** Already shown as identity. */
const identityKeywords = new Set([
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'SOPInstanceUID',
  'SOPClassUID',
  'NumberOfFrames',
])

/** `undefined` for what is no DICOM file. Of one whose header cannot be read, its identity where that can, and why. */
export async function readImageHeader(
  store: Store,
  entry: Entry,
  signal: AbortSignal,
): Promise<ImageHeader | undefined> {
  const source = entrySource(store, entry, { signal })
  try {
    const header = await readHeader(source, { checkPixelData: false })
    const known = Object.entries(attributesOf(header.elements)).filter(([keyword]) => !identityKeywords.has(keyword))
    const attributes = Object.fromEntries(known)
    return isIdentity(header.identifiers) ? { image: header.identifiers, attributes } : { attributes }
  } catch (error) {
    if (!isGantryError(error) || !isOfFile(error)) throw error
    if (isNotDicom(error)) return undefined
    const image = await readIdentity(source, { checkPixelData: false }).catch((other: unknown) => {
      if (isGantryError(other) && isOfFile(other)) return undefined
      throw other
    })
    return { ...(image !== undefined && { image }), attributes: {}, flaw: error.message }
  }
}

function isOfFile({ code }: GantryError): boolean {
  return code === 'invalid' || code === 'integrity' || code === 'unsupported'
}

function isIdentity(found: Partial<ImageIdentity>): found is ImageIdentity {
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID, sopClassUID, transferSyntaxUID } = found
  return [studyInstanceUID, seriesInstanceUID, sopInstanceUID, sopClassUID, transferSyntaxUID].every(
    (uid) => uid !== undefined,
  )
}
