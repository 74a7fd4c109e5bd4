import type { DicomValues } from './dicom-values.ts'
import { dot, moved, normalOf, type Plane, planeOf } from './plane.ts'

/** One frame of an image, as the arranging of slices needs it. */
export interface DicomFrame {
  readonly plane?: Plane
  /** Millimetres from one row to the next, and from one column to the next, as `PixelSpacing` has them. */
  readonly pixelSpacing?: readonly [number, number]
  /** Millimetres to the next slice, for one that stands alone. */
  readonly thickness?: number
  /** By which frames at one position may be told apart: the most telling first. */
  readonly times: readonly string[]
}

/** Attributes that tell the repetitions of a slice apart: time, echo, diffusion, contrast. */
const timeKeywords = [
  'TemporalPositionIdentifier',
  'EchoNumbers',
  'EchoTime',
  'DiffusionBValue',
  'TriggerTime',
  'NominalCardiacTriggerDelayTime',
  'InversionTime',
  'AcquisitionNumber',
  'ImageType',
  'ContentTime',
  'AcquisitionTime',
]

/** All frames of an image, in the order of the file. */
export function framesOf(values: DicomValues, count: number): readonly DicomFrame[] {
  const perFrame = values.items('PerFrameFunctionalGroupsSequence')
  if (perFrame.length > 0 && perFrame.length === count) {
    const shared = values.item('SharedFunctionalGroupsSequence')
    return perFrame.map((own) => frameOf(values, (sequence) => own.item(sequence) ?? shared?.item(sequence), own))
  }
  const single = frameOf(values, () => values, undefined)
  if (count === 1) return [single]
  return spread(values, single, count) ?? Array.from({ length: count }, () => withoutPlane(single))
}

function frameOf(
  values: DicomValues,
  group: (sequence: string) => DicomValues | undefined,
  own: DicomValues | undefined,
): DicomFrame {
  // The tiles of a mosaic lie elsewhere than the image that they are tiles of.
  const mosaic = values.texts('ImageType').includes('MOSAIC')
  const plane = mosaic ? undefined : planeOf(group('PlanePositionSequence'), group('PlaneOrientationSequence'))
  const measures = group('PixelMeasuresSequence')
  const [row, column] =
    measures?.numbers('PixelSpacing', 2) ??
    values.numbers('ImagerPixelSpacing', 2) ??
    values.numbers('NominalScannedPixelSpacing', 2) ??
    []
  const between = measures?.number('SpacingBetweenSlices')
  const thickness = between !== undefined && between > 0 ? between : measures?.number('SliceThickness')
  return {
    ...(plane === undefined ? {} : { plane }),
    ...(row !== undefined && column !== undefined && row > 0 && column > 0 ? { pixelSpacing: [row, column] } : {}),
    ...(thickness === undefined || thickness <= 0 ? {} : { thickness }),
    times: own === undefined ? timeKeywords.map((keyword) => values.texts(keyword).join('\\')) : timesOf(own),
  }
}

/** Of an enhanced image: the index values but for the position, else the acquisition's time. */
function timesOf(own: DicomValues): readonly string[] {
  const content = own.item('FrameContentSequence')
  return [
    content?.text('TemporalPositionIndex') ?? '',
    own.item('MREchoSequence')?.text('EffectiveEchoTime') ?? '',
    own.item('MRDiffusionSequence')?.text('DiffusionBValue') ?? '',
    own.item('CardiacSynchronizationSequence')?.text('NominalCardiacTriggerDelayTime') ?? '',
    content?.text('FrameAcquisitionDateTime') ?? '',
  ]
}

/** The planes of images that say them once: doses by their offsets (PS3.3 C.8.8.3), slices of NM by their spacing. */
function spread(values: DicomValues, single: DicomFrame, count: number): readonly DicomFrame[] | undefined {
  const offsets = values.numbers('GridFrameOffsetVector', count)
  const detector = values.item('DetectorInformationSequence')
  const spacing = values.texts('ImageType').includes('RECON TOMO') ? values.number('SpacingBetweenSlices') : undefined
  const plane = single.plane ?? planeOf(detector, detector)
  if (plane === undefined || (offsets === undefined && spacing === undefined)) return undefined
  const normal = normalOf(plane)
  const first = offsets?.[0] ?? 0
  // Offsets that do not begin with zero are coordinates, not distances.
  const origin = first === 0 ? 0 : dot(plane.position, normal)
  return Array.from({ length: count }, (_, index) => {
    const distance = offsets === undefined ? index * (spacing as number) : (offsets[index] as number) - origin
    return { ...single, plane: { ...plane, position: moved(plane.position, normal, distance) } }
  })
}

function withoutPlane({ plane: _plane, ...rest }: DicomFrame): DicomFrame {
  return rest
}
