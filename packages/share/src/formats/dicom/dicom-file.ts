import type { ImageIdentity } from '@gantry/core'
import { type DicomHeader, type HeaderSource, readHeader } from '@gantry/dicom'

import type { VolumeDescription } from '../description.ts'
import { malformed } from '../errors.ts'
import { type DicomKind, dicomKindOf } from './dicom-kind.ts'
import { type DicomValues, dicomValuesOf } from './dicom-values.ts'
import { type DicomFrame, framesOf } from './frames.ts'
import { type PixelFormat, pixelFormatOf } from './pixel-format.ts'

/** What is kept of the header of one DICOM file. */
export interface DicomFile {
  readonly kind: DicomKind
  /** Where all of it is there. */
  readonly image?: ImageIdentity
  readonly studyInstanceUID?: string
  readonly seriesInstanceUID?: string
  readonly modality?: string
  readonly seriesDescription?: string
  readonly instanceNumber?: number
  /** As it stands there, to tell frames of reference apart: see `isUid`. */
  readonly frameOfReferenceUID?: string
  readonly localizer: boolean
  /** Of images alone. */
  readonly pixels?: PixelFormat
  /** Of images alone: one, unless the file has many. */
  readonly frames: readonly DicomFrame[]
  readonly window?: VolumeDescription['window']
  readonly rescale?: { readonly slope: number; readonly intercept: number }
}

/** Reads as much of the header as there is; fails as `readHeader` does, and for images that say no size, or whose own UIDs are none. */
export async function readDicomFile(source: HeaderSource): Promise<DicomFile> {
  return dicomFileOf(await readHeader(source))
}

function dicomFileOf(header: DicomHeader): DicomFile {
  const values = dicomValuesOf(header.elements)
  const { identifiers, pixelData } = header
  const meta = dicomValuesOf(header.meta)
  const sopClassUID = identifiers.sopClassUID ?? meta.text('MediaStorageSOPClassUID')
  const modality = values.text('Modality')
  const kind = header.kind === 'directory' ? 'directory' : dicomKindOf(sopClassUID, modality, pixelData !== undefined)
  const file = {
    kind,
    localizer: values.texts('ImageType').includes('LOCALIZER'),
    frames: [],
    ...imageOf(header, sopClassUID, meta.text('MediaStorageSOPInstanceUID')),
    ...defined('studyInstanceUID', identifiers.studyInstanceUID),
    ...defined('seriesInstanceUID', identifiers.seriesInstanceUID),
    ...defined('modality', modality),
    ...defined('seriesDescription', values.text('SeriesDescription')),
    ...defined('instanceNumber', values.number('InstanceNumber')),
    ...defined('frameOfReferenceUID', values.text('FrameOfReferenceUID')),
  }
  // No workspace takes them: one such file must not keep all others from being shared.
  const uids = { ...file.image, numberOfFrames: undefined }
  if (!Object.values(uids).every((uid) => uid === undefined || isUid(uid)))
    throw malformed('DICOM', 'one of its UIDs is not made of at most 64 digits and dots')
  if (kind !== 'image') return file
  if (pixelData === undefined) throw malformed('DICOM', 'the image has no pixels')
  const pixels = pixelFormatOf(values, pixelData, identifiers.numberOfFrames ?? 1)
  const shared = values.item('SharedFunctionalGroupsSequence')
  const first = values.item('PerFrameFunctionalGroupsSequence')
  const within = (sequence: string) => shared?.item(sequence) ?? first?.item(sequence) ?? values
  return {
    ...file,
    pixels,
    frames: framesOf(values, pixels.frames),
    ...defined('window', windowOf(within('FrameVOILUTSequence'))),
    ...defined('rescale', rescaleOf(within('PixelValueTransformationSequence'))),
  }
}

/** As workspaces have it. */
export function isUid(text: string): boolean {
  return /^[0-9.]{1,64}$/u.test(text)
}

function imageOf(
  { identifiers, transferSyntax }: DicomHeader,
  sopClassUID: string | undefined,
  metaInstanceUID: string | undefined,
): Pick<DicomFile, 'image'> {
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID = metaInstanceUID, numberOfFrames } = identifiers
  if (studyInstanceUID === undefined || seriesInstanceUID === undefined) return {}
  if (sopInstanceUID === undefined || sopClassUID === undefined) return {}
  return {
    image: {
      studyInstanceUID,
      seriesInstanceUID,
      sopInstanceUID,
      sopClassUID,
      transferSyntaxUID: transferSyntax.uid,
      ...defined('numberOfFrames', numberOfFrames),
    },
  }
}

function windowOf(values: DicomValues): VolumeDescription['window'] {
  const level = values.number('WindowCenter')
  const width = values.number('WindowWidth')
  return level === undefined || width === undefined || width <= 0 ? undefined : { width, level }
}

function rescaleOf(values: DicomValues): DicomFile['rescale'] {
  const slope = values.number('RescaleSlope')
  const intercept = values.number('RescaleIntercept')
  return slope === undefined || intercept === undefined || slope === 0 ? undefined : { slope, intercept }
}

/** Nothing at all where there is no value: `exactOptionalPropertyTypes` wants it so. */
function defined<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value })
}
