/** What a DICOM file holds. Only images become volumes. */
export type DicomKind =
  | 'image'
  | 'segmentation'
  | 'structure-set'
  | 'report'
  | 'presentation-state'
  | 'registration'
  | 'plan'
  | 'waveform'
  | 'document'
  | 'slide'
  | 'annotation'
  | 'raw'
  | 'directory'
  | 'other'

const prefix = '1.2.840.10008.5.1.4.1.1.'

/** Families of SOP classes (PS3.4 B.5) by the beginning of what follows the prefix; the longest that fits counts. */
const families: readonly (readonly [string, DicomKind])[] = [
  ['66.4', 'segmentation'],
  ['66.5', 'segmentation'],
  ['66.7', 'segmentation'],
  ['66.8', 'segmentation'],
  ['66.1', 'registration'],
  ['66.2', 'registration'],
  ['66.3', 'registration'],
  ['66.6', 'other'],
  ['66', 'raw'],
  ['67', 'other'],
  ['68', 'other'],
  ['77.1.6', 'slide'],
  ['77.1.5.3', 'report'],
  ['78', 'report'],
  ['79.1', 'report'],
  ['80.1', 'report'],
  ['88', 'report'],
  ['90.1', 'report'],
  ['91.1', 'annotation'],
  ['9', 'waveform'],
  ['11', 'presentation-state'],
  ['104', 'document'],
  ['481.2', 'image'],
  ['481.3', 'structure-set'],
  ['481.1', 'image'],
  ['481', 'plan'],
]

/** By its SOP class, as far as the class tells; a class that is not known holds an image if it has pixels. */
export function dicomKindOf(sopClassUID: string | undefined, modality: string | undefined, pixels: boolean): DicomKind {
  const rest = sopClassUID?.startsWith(prefix) === true ? sopClassUID.slice(prefix.length) : undefined
  const family = families.find(([start]) => rest === start || rest?.startsWith(`${start}.`))?.[1]
  if (family !== undefined) return family
  const byModality = rest === undefined ? modalities.get(modality ?? '') : undefined
  return byModality ?? (pixels || rest !== undefined ? 'image' : 'other')
}

/** For files without a SOP class that is known. */
const modalities: ReadonlyMap<string, DicomKind> = new Map([
  ['SEG', 'segmentation'],
  ['RTSTRUCT', 'structure-set'],
  ['RTPLAN', 'plan'],
  ['SR', 'report'],
  ['PR', 'presentation-state'],
  ['REG', 'registration'],
  ['DOC', 'document'],
])
