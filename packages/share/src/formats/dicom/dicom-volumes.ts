import type { VolumeDescription } from '../description.ts'
import type { LoadProblem } from '../problem.ts'
import { arrange, type Arrangement, inOrder, type Slice } from './arrange.ts'
import { type DicomFile, isUid } from './dicom-file.ts'
import { groupImages, type ImageGroup, isOfOneStack, type LoadedImage } from './group-series.ts'

export type UnnamedVolume = Omit<VolumeDescription, 'id'>

interface ImageSlice extends Slice {
  readonly image: LoadedImage
  /** From 1. */
  readonly number: number
}

const faults = {
  repeated: 'Some slices are there more often than others: the volume has no place in space.',
  uneven: 'The slices are not evenly spaced, or some are missing: the volume has no place in space.',
  apart: 'The frames lie in several directions or spacings: the volume has no place in space.',
} as const

/** The volumes that images make, and what did not fit into one. */
export function dicomVolumes(images: readonly LoadedImage[]): {
  readonly volumes: readonly UnnamedVolume[]
  readonly problems: readonly LoadProblem[]
} {
  const { groups, problems } = groupImages(images)
  const found = [...problems]
  const seen = new Map<string, number>()
  const volumes = groups.map((group) => {
    const arranged = arrangementOf(group)
    const volume = volumeOf(group, arranged, seen)
    if (arranged.fault !== undefined) {
      const message = faults[arranged.fault]
      found.push({ name: volume.entries[0]?.name ?? volume.name, code: 'invalid', message })
    }
    return volume
  })
  return { volumes, problems: found }
}

function arrangementOf({ images }: ImageGroup): Arrangement<ImageSlice> {
  const slices = images.flatMap((image, index) =>
    image.file.frames.map((frame, at) => ({
      frame,
      image,
      number: at + 1,
      order: [image.file.instanceNumber ?? 0, at, index],
    })),
  )
  const [first] = slices
  const together = slices.every(({ frame }) => frame.plane !== undefined && isOfOneStack(first?.frame, frame))
  if (together) return arrange(slices)
  const placed = slices.some(({ frame }) => frame.plane !== undefined)
  return placed ? { ...inOrder(slices), fault: 'apart' } : inOrder(slices)
}

function volumeOf(
  { images, siblings }: ImageGroup,
  { slices, positions, times, transform, spacing }: Arrangement<ImageSlice>,
  seen: Map<string, number>,
): UnnamedVolume {
  const { file, source, pixels } = (slices[0] as ImageSlice).image
  const base = file.seriesDescription ?? file.modality ?? source.name
  const number = (seen.get(file.seriesInstanceUID ?? '') ?? 0) + 1
  seen.set(file.seriesInstanceUID ?? '', number)
  const numbers = slices.map((slice) => slice.number)
  const inFileOrder = images.length > 1 || numbers.every((frame, index) => frame === index + 1)
  return {
    format: 'dicom',
    name: siblings > 1 ? `${base} (${number})` : base,
    ...(file.modality === undefined ? {} : { modality: file.modality }),
    entries: images.length > 1 ? slices.map(({ image }) => image.source) : [source],
    dimensions: [pixels.columns, pixels.rows, positions, ...(times > 1 ? [times] : [])],
    components: pixels.components,
    dataType: pixels.dataType,
    ...(spacing === undefined ? {} : { spacing }),
    ...(transform === undefined ? {} : { transform }),
    ...frameOfReferenceOf(file),
    ...(file.window === undefined ? {} : { window: file.window }),
    ...rescaleOf(slices),
    ...(inFileOrder ? {} : { frames: numbers }),
  }
}

/** One that is none leads nowhere, and keeps no image from being looked at. */
function frameOfReferenceOf({ frameOfReferenceUID: uid }: DicomFile): Pick<VolumeDescription, 'frameOfReferenceUID'> {
  return uid !== undefined && isUid(uid) ? { frameOfReferenceUID: uid } : {}
}

function rescaleOf(slices: readonly ImageSlice[]): Pick<VolumeDescription, 'rescale'> {
  const first = slices[0]?.image.file.rescale
  if (first === undefined) return {}
  const same = slices.every(({ image: { file } }) => {
    return file.rescale?.slope === first.slope && file.rescale.intercept === first.intercept
  })
  return { rescale: same ? first : { ...first, varies: true } }
}
