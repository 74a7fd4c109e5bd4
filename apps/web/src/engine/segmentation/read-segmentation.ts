import { collect, type DicomJson, GantryError, type Signal } from '@gantry/core'
import { type FrameRanges, frameRanges, toDicomJson } from '@gantry/dicom'
import type { FileInput } from '@gantry/share'

import { type Colour, coloured } from './colour.ts'

export interface Segment {
  /** As its frames say it. */
  readonly number: number
  readonly label: string
  readonly colour: Colour
}

type Vector = readonly [number, number, number]

/** A frame: one segment in one plane, or all segments of a label map. */
export interface SegmentationFrame {
  /** From 1. */
  readonly number: number
  readonly segment: number | undefined
  /** Centre of the first pixel, and steps to the next one in a row and in a column, in millimetres of LPS. */
  readonly origin: Vector
  readonly alongRow: Vector
  readonly alongColumn: Vector
}

/** A DICOM segmentation (PS3.3 A.51), its frames not read yet. */
export interface Segmentation {
  readonly name: string
  readonly rows: number
  readonly columns: number
  readonly segments: readonly Segment[]
  readonly frames: readonly SegmentationFrame[]
  /** Millimetres between its planes, where it says so. */
  readonly thickness: number | undefined
  readonly frameOfReferenceUID: string | undefined
  /** The series that it was made of. */
  readonly seriesInstanceUID: string | undefined
  readonly kind: 'binary' | 'fractional' | 'labelmap'
  /** From which value on a pixel of a fractional one counts. */
  readonly half: number
  readonly ranges: FrameRanges
}

const longestHeader = 64 * 1024 * 1024

export async function readSegmentation(input: FileInput, signal: Signal): Promise<Segmentation> {
  const read = async (start: number, end: number) =>
    await collect(await input.read({ start, end }, { signal }), end - start)
  const ranges = await frameRanges({ size: input.size, read }, { longestValue: longestHeader })
  const json = toDicomJson(ranges.header)
  const shared = itemOf(json, '52009229')
  const perFrame = itemsOf(json, '52009230')
  const within = (frame: DicomJson | undefined, sequence: string) => itemOf(frame, sequence) ?? itemOf(shared, sequence)
  const kinds = { BINARY: 'binary', FRACTIONAL: 'fractional', LABELMAP: 'labelmap' } as const
  const kind = kinds[textOf(json, '00620001') as keyof typeof kinds]
  const rows = numberOf(json, '00280010')
  const columns = numberOf(json, '00280011')
  if (kind === undefined || rows === undefined || columns === undefined) throw unsupported()
  const frames = perFrame.slice(0, ranges.numberOfFrames).map((frame, index): SegmentationFrame => {
    const [rowSpacing = 1, columnSpacing = 1] = numbersOf(within(frame, '00289110'), '00280030')
    const [rx = 1, ry = 0, rz = 0, cx = 0, cy = 1, cz = 0] = numbersOf(within(frame, '00209116'), '00200037')
    const [x, y, z] = numbersOf(within(frame, '00209113'), '00200032')
    if (x === undefined || y === undefined || z === undefined) throw unsupported()
    return {
      number: index + 1,
      segment: kind === 'labelmap' ? undefined : numberOf(within(frame, '0062000A'), '0062000B'),
      origin: [x, y, z],
      alongRow: [rx * columnSpacing, ry * columnSpacing, rz * columnSpacing],
      alongColumn: [cx * rowSpacing, cy * rowSpacing, cz * rowSpacing],
    }
  })
  const measures = within(perFrame[0], '00289110')
  return {
    name: textOf(json, '0008103E') || textOf(json, '00700080') || '',
    rows,
    columns,
    segments: itemsOf(json, '00620002').map((segment, index) => ({
      number: numberOf(segment, '00620004') ?? index + 1,
      label: textOf(segment, '00620005') || String(index + 1),
      colour: coloured(numbersOf(segment, '0062000D'), index),
    })),
    frames,
    thickness: numberOf(measures, '00180088') ?? numberOf(measures, '00180050'),
    frameOfReferenceUID: textOf(json, '00200052') || undefined,
    seriesInstanceUID: textOf(itemOf(json, '00081115'), '0020000E') || undefined,
    kind,
    half: Math.max(1, (numberOf(json, '0062000E') ?? 255) / 2),
    ranges,
  }
}

function unsupported(): GantryError {
  return new GantryError('unsupported', 'The segmentation does not say where its planes lie.')
}

function itemsOf(json: DicomJson | undefined, tag: string): readonly DicomJson[] {
  return (json?.[tag]?.Value ?? []) as readonly DicomJson[]
}

function itemOf(json: DicomJson | undefined, tag: string): DicomJson | undefined {
  return itemsOf(json, tag)[0]
}

function textOf(json: DicomJson | undefined, tag: string): string {
  const [value] = json?.[tag]?.Value ?? []
  return typeof value === 'string' ? value.trim() : ''
}

function numbersOf(json: DicomJson | undefined, tag: string): readonly number[] {
  return (json?.[tag]?.Value ?? []).map(Number).filter(Number.isFinite)
}

function numberOf(json: DicomJson | undefined, tag: string): number | undefined {
  return numbersOf(json, tag)[0]
}
