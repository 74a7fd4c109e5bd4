import { collect, GantryError, type Signal } from '@gantry/core'
import { decodeFrame, describeImage } from '@gantry/pixels'
import { type FileInput, type Gantry, loadFiles, Volume } from '@gantry/share'

import type { LaidOver, SegmentationItem } from '../model.ts'
import type { Handles } from '../opening.ts'
import { type LabelledFrame, type MaskedFrame, Overlay } from './lay-over.ts'
import { readSegmentation, type Segmentation, type SegmentationFrame } from './read-segmentation.ts'

/** Voxels of a volume over which something is laid: a byte each, and a bit. */
const mostVoxels = 1 << 29

/** The segmentations that are open. */
export class Segmentations {
  readonly #open = new Map<string, { readonly input: FileInput; segmentation?: Segmentation }>()

  /** Those among files that are no images. */
  async find(inputs: readonly FileInput[], signal: Signal): Promise<SegmentationItem[]> {
    if (inputs.length === 0) return []
    const { others } = await loadFiles(inputs, { signal })
    const found: SegmentationItem[] = []
    for (const { kind, input } of others) {
      if (kind !== 'segmentation') continue
      const item = await this.#add(input, signal).catch(() => undefined)
      if (item !== undefined) found.push(item)
    }
    return found
  }

  /** Its file as something that has bytes for others. */
  handle(id: string): Volume | undefined {
    const open = this.#open.get(id)
    return open === undefined ? undefined : segmentationHandle(id, open.input)
  }

  /** Of a share: under the ids that it has there. What cannot be read is left out, and the images are none the worse. */
  async restore(handles: readonly Volume[], signal: Signal): Promise<SegmentationItem[]> {
    const found: SegmentationItem[] = []
    for (const { id, files } of handles) {
      const [file] = files
      const item = file && (await this.#add(file.input, signal, id).catch(() => undefined))
      if (item !== undefined) found.push(item)
    }
    return found
  }

  close(id: string): void {
    this.#open.delete(id)
  }

  /** Label maps of an item's size, in its order of slices. */
  async layOver(gantry: Gantry, handles: Handles, id: string, item: string, signal: AbortSignal): Promise<LaidOver> {
    const volume = handles.get(item)
    const open = this.#open.get(id)
    if (open === undefined || !(volume instanceof Volume)) {
      throw new GantryError('not_found', 'That is not open any more.')
    }
    const described = await gantry.med.describe(volume, { signal })
    if (described.error !== undefined) throw described.error
    const { dimensions, transform: matrix } = described.value
    const [columns = 0, rows = 0, slices = 0, times = 1] = dimensions
    if (matrix === undefined || times > 1 || columns * rows * slices > mostVoxels) {
      throw new GantryError('unsupported', 'The images are no volume over which segments can be laid.')
    }
    // What was read is kept, not the reading: another one's stop would end it for all.
    const segmentation = (open.segmentation ??= await readSegmentation(open.input, signal))
    const overlay = new Overlay({ columns, rows, slices, matrix })
    const segments = new Set(segmentation.segments.map(({ number }) => number))
    let across = false
    for await (const frame of masks(segmentation, signal)) {
      const lies =
        'labels' in frame ? overlay.addLabels(frame, segmentation, segments) : overlay.add(frame, segmentation)
      across ||= !lies
    }
    if (across) throw new GantryError('unsupported', 'The segmentation lies across the slices.')
    return { columns, rows, slices, maps: overlay.maps }
  }

  async #add(input: FileInput, signal: Signal, id = crypto.randomUUID() as string): Promise<SegmentationItem> {
    const { name, segments, seriesInstanceUID, frameOfReferenceUID } = await readSegmentation(input, signal)
    this.#open.set(id, { input })
    return {
      id,
      name,
      bytes: input.size,
      segments,
      ...(seriesInstanceUID !== undefined && { seriesInstanceUID }),
      ...(frameOfReferenceUID !== undefined && { frameOfReferenceUID }),
    }
  }
}

/** A volume in nothing but that it has a file, which is shared as those of volumes are. */
export function segmentationHandle(id: string, input: FileInput): Volume {
  const state = { id, source: null, name: '', format: 'dicom', modality: 'SEG' } as const
  return new Volume([{ name: input.name, size: input.size, input }], state)
}

/** Masks segment by segment; of a label map each frame once, with what it has. */
async function* masks(
  segmentation: Segmentation,
  signal: AbortSignal,
): AsyncGenerator<MaskedFrame | LabelledFrame, void, undefined> {
  const { frames, kind, half } = segmentation
  if (kind === 'labelmap') {
    for (const frame of frames) yield { ...frame, labels: await samplesOf(segmentation, frame, signal) }
    return
  }
  const bySegment = frames.toSorted((a, b) => (a.segment ?? 0) - (b.segment ?? 0))
  for (const frame of bySegment) {
    if (frame.segment === undefined) continue
    const samples = await samplesOf(segmentation, frame, signal)
    const mask = kind === 'binary' ? samples : Uint8Array.from(samples, (value) => Number(value >= half))
    yield { ...frame, segment: frame.segment, mask }
  }
}

async function samplesOf(
  { ranges }: Segmentation,
  { number }: SegmentationFrame,
  signal: AbortSignal,
): Promise<ArrayLike<number>> {
  const bytes = await collect(ranges.read(number, { signal }))
  const { samples } = await decodeFrame(describeImage(ranges.header), bytes, ranges.transferSyntaxUID)
  return samples
}
