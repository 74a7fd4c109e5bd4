import type { SourceFile } from '../description.ts'
import type { LoadProblem } from '../problem.ts'
import type { DicomFile } from './dicom-file.ts'
import type { DicomFrame } from './frames.ts'
import { isParallel } from './plane.ts'
import type { PixelFormat } from './pixel-format.ts'

/** An image of a load. */
export interface LoadedImage {
  readonly source: SourceFile
  readonly file: DicomFile
  readonly pixels: PixelFormat
}

/** Images that make one volume, in no order yet. */
export interface ImageGroup {
  readonly images: readonly LoadedImage[]
  /** How many groups its series fell into. */
  readonly siblings: number
}

/**
 * Puts images together that make one volume: of one series, of one kind of pixels, of one frame of reference, parallel,
 * with the same spacing. Localizers are apart from what they localize, and a file of many frames is a volume of its own.
 * The same instance twice is told, and counts once.
 */
export function groupImages(images: readonly LoadedImage[]): {
  readonly groups: readonly ImageGroup[]
  readonly problems: readonly LoadProblem[]
} {
  const problems: LoadProblem[] = []
  const series = new Map<string, LoadedImage[]>()
  const instances = new Set<string>()
  for (const [index, image] of images.entries()) {
    const { seriesInstanceUID: uid, studyInstanceUID = '', image: identity } = image.file
    const instance = identity === undefined ? undefined : `${studyInstanceUID} ${uid} ${identity.sopInstanceUID}`
    if (instance !== undefined && instances.has(instance)) {
      const message = 'The same image was given before under another name: this one is left out.'
      problems.push({ name: image.source.name, code: 'already_exists', message })
      continue
    }
    if (instance !== undefined) instances.add(instance)
    // What says no series belongs to none.
    const key = uid === undefined ? `#${index}` : `${studyInstanceUID} ${uid}`
    const found = series.get(key)
    if (found === undefined) series.set(key, [image])
    else found.push(image)
  }
  const groups = [...series.values()].flatMap((all) => {
    const parts = partsOf(all)
    problems.push(...strays(parts))
    return parts.map((part) => ({ images: part, siblings: parts.length }))
  })
  return { groups, problems }
}

function partsOf(images: readonly LoadedImage[]): readonly LoadedImage[][] {
  const parts: LoadedImage[][] = []
  for (const image of images) {
    const part =
      image.pixels.frames > 1 ? undefined : parts.find(([first]) => first !== undefined && fits(first, image))
    if (part === undefined) parts.push([image])
    else part.push(image)
  }
  return parts
}

/** A single image beside a stack of them was meant to be part of it, or is a summary of it: people are told. */
function strays(parts: readonly (readonly LoadedImage[])[]): LoadProblem[] {
  const stacks = parts.filter((part) => part.length > 2 && part[0]?.file.localizer === false)
  if (stacks.length === 0) return []
  return parts.flatMap(([image, second]) => {
    if (image === undefined || second !== undefined || image.file.localizer || image.pixels.frames > 1) return []
    const message = 'The image does not fit the others of its series: it is a volume of its own.'
    return [{ name: image.source.name, code: 'invalid' as const, message }]
  })
}

function fits(a: LoadedImage, b: LoadedImage): boolean {
  return (
    a.pixels.frames === 1 &&
    a.pixels.columns === b.pixels.columns &&
    a.pixels.rows === b.pixels.rows &&
    a.pixels.components === b.pixels.components &&
    a.pixels.dataType === b.pixels.dataType &&
    a.file.localizer === b.file.localizer &&
    a.file.frameOfReferenceUID === b.file.frameOfReferenceUID &&
    isOfOneStack(a.file.frames[0], b.file.frames[0])
  )
}

export function isOfOneStack(a: DicomFrame | undefined, b: DicomFrame | undefined): boolean {
  if (a === undefined || b === undefined || (a.plane === undefined) !== (b.plane === undefined)) return false
  if (a.plane !== undefined && b.plane !== undefined && !isParallel(a.plane, b.plane)) return false
  const [row = 0, column = 0] = a.pixelSpacing ?? []
  const [otherRow = 0, otherColumn = 0] = b.pixelSpacing ?? []
  return Math.abs(row - otherRow) <= 1e-4 * row && Math.abs(column - otherColumn) <= 1e-4 * column
}
