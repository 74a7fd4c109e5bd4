import { imageLoader } from '@cornerstonejs/core'
import * as tools from '@cornerstonejs/tools'

import type { Item, SegmentationItem } from '../engine/model.ts'
import type { Engine } from '../engine/start-engine.ts'
import { fitsOver } from '../state/fits-over.ts'
import { imageIdsOf } from './image-ids.ts'

const { segmentation: cornerstone, Enums } = tools
const type = Enums.SegmentationRepresentations.Labelmap

/** A label map as cornerstone has it, and the numbers of its segments: the first is its 1. */
interface Layer {
  readonly id: string
  readonly segments: readonly number[]
}

export type OverlayStatus = 'waiting' | 'shown' | 'failed'

/** Segmentations over the slices and planes of the volumes that they fit. */
export class Overlays {
  readonly #engine: Engine
  readonly #tell: () => void
  readonly #panes = new Map<string, Item>()
  /** By segmentation and item. */
  readonly #layers = new Map<string, Promise<readonly Layer[]>>()
  readonly #made = new Map<string, readonly Layer[]>()
  readonly #failed = new Set<string>()
  readonly #hidden = new Set<string>()
  #all: readonly SegmentationItem[] = []
  #opacity = 0.5
  #shown = true

  constructor(engine: Engine, tell: () => void) {
    this.#engine = engine
    this.#tell = tell
  }

  /** From 0 to 1. */
  get opacity(): number {
    return this.#opacity
  }

  get shown(): boolean {
    return this.#shown
  }

  set(all: readonly SegmentationItem[]): void {
    if (this.#all === all) return
    this.#all = all
    for (const [pane, item] of this.#panes) void this.#lay(pane, item)
  }

  /** A pane whose images are all there: they say where they lie. */
  attach(pane: string, item: Item): void {
    this.#panes.set(pane, item)
    void this.#lay(pane, item)
  }

  detach(pane: string): void {
    this.#panes.delete(pane)
  }

  /** What is made of an item's images goes with them. */
  close(item: string): void {
    for (const [key, layers] of this.#made) {
      if (!key.endsWith(` ${item}`)) continue
      for (const { id } of layers) cornerstone.state.removeSegmentation(id)
      this.#made.delete(key)
      this.#layers.delete(key)
    }
  }

  statusOf(segmentation: string): OverlayStatus {
    if ([...this.#failed].some((key) => key.startsWith(`${segmentation} `))) return 'failed'
    return [...this.#made.keys()].some((key) => key.startsWith(`${segmentation} `)) ? 'shown' : 'waiting'
  }

  isVisible(segmentation: string, segment: number): boolean {
    return !this.#hidden.has(`${segmentation} ${segment}`)
  }

  setVisible(segmentation: string, segment: number, visible: boolean): void {
    const key = `${segmentation} ${segment}`
    if (visible) this.#hidden.delete(key)
    else this.#hidden.add(key)
    this.#styleAll()
  }

  setOpacity(opacity: number): void {
    this.#opacity = Math.max(0, Math.min(1, opacity))
    this.#styleAll()
  }

  toggle(): void {
    this.#shown = !this.#shown
    this.#styleAll()
  }

  async #lay(pane: string, item: Item): Promise<void> {
    for (const segmentation of this.#all) {
      if (!fitsOver(segmentation, item)) continue
      const key = `${segmentation.id} ${item.id}`
      try {
        const layers = await this.#layersOf(key, segmentation, item)
        if (this.#panes.get(pane) !== item) return
        cornerstone.addLabelmapRepresentationToViewport(
          pane,
          // As slices of a volume they would be opaque where they are sampled coarsely.
          layers.map(({ id }) => ({ segmentationId: id, type, config: { useSliceRendering: true } as never })),
        )
        this.#style(pane, segmentation, layers)
      } catch (error) {
        console.warn('overlay:', error instanceof Error ? error.message : 'failed')
        this.#failed.add(key)
      }
      this.#tell()
    }
  }

  async #layersOf(key: string, segmentation: SegmentationItem, item: Item): Promise<readonly Layer[]> {
    const making = this.#layers.get(key) ?? this.#make(key, segmentation, item)
    this.#layers.set(key, making)
    return await making
  }

  async #make(key: string, { id, segments }: SegmentationItem, item: Item): Promise<readonly Layer[]> {
    const { columns, rows, slices, maps } = await this.#engine.layOver(id, item.id)
    const imageIds = imageIdsOf(item)
    if (imageIds.length !== slices) throw new TypeError('The images are not the slices of the volume.')
    const layers = maps.map((map, index): Layer => {
      const images = imageLoader.createAndCacheDerivedLabelmapImages(imageIds)
      for (const [slice, image] of images.entries()) {
        const area = columns * rows
        image.voxelManager?.getScalarData().set(map.labels.subarray(slice * area, (slice + 1) * area))
      }
      const layer = { id: `${key} ${index}`, segments: map.segments }
      const labels = map.segments.map((number, at) => [
        at + 1,
        { segmentIndex: at + 1, label: segments.find((one) => one.number === number)?.label ?? String(number) },
      ])
      cornerstone.addSegmentations([
        {
          segmentationId: layer.id,
          representation: { type, data: { imageIds: images.map(({ imageId }) => imageId) } },
          config: { segments: Object.fromEntries(labels) as never },
        },
      ])
      return layer
    })
    this.#made.set(key, layers)
    return layers
  }

  #styleAll(): void {
    for (const [pane, item] of this.#panes) {
      for (const segmentation of this.#all) {
        const layers = this.#made.get(`${segmentation.id} ${item.id}`)
        if (layers !== undefined) this.#style(pane, segmentation, layers)
      }
    }
    this.#tell()
  }

  #style(pane: string, { id, segments }: SegmentationItem, layers: readonly Layer[]): void {
    for (const layer of layers) {
      const specifier = { segmentationId: layer.id, type }
      const look = { renderOutline: true, outlineWidth: 1.5, renderFill: true, fillAlpha: this.#opacity }
      cornerstone.config.style.setStyle(specifier, {
        ...look,
        outlineOpacity: Math.min(1, this.#opacity * 2),
        fillAlphaInactive: look.fillAlpha,
        outlineOpacityInactive: Math.min(1, this.#opacity * 2),
      })
      for (const [at, number] of layer.segments.entries()) {
        const colour = segments.find((one) => one.number === number)?.colour ?? [255, 255, 255]
        cornerstone.config.color.setSegmentIndexColor(pane, layer.id, at + 1, [...colour, 255] as never)
        const visible = this.#shown && this.isVisible(id, number)
        cornerstone.config.visibility.setSegmentIndexVisibility(pane, specifier, at + 1, visible)
      }
    }
  }
}
