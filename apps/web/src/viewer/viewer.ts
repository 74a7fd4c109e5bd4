import {
  cache,
  Enums,
  eventTarget,
  RenderingEngine,
  setVolumesForViewports,
  type Types,
  volumeLoader,
} from '@cornerstonejs/core'
import * as tools from '@cornerstonejs/tools'

import type { Shape } from '@gantry/core'
import type { Item, WindowLevel } from '../engine/model.ts'
import type { Engine } from '../engine/start-engine.ts'
import { imageIdsOf, placeOf } from './image-ids.ts'
import { actorOf } from './meshes.ts'
import { emptyPane, type LeftPane, type PaneContent, type PaneState } from './pane-state.ts'
import { rangeOf, windowOf } from './presets.ts'
import { SeriesLoader } from './series-loader.ts'
import { setUp } from './setup.ts'
import { type Annotated, annotationOf, shapeOf } from './shapes.ts'
import { ToolGroups, type ToolName } from './tool-groups.ts'

const { Events, ViewportType, OrientationAxis } = Enums

interface Pane {
  readonly id: string
  readonly element: HTMLDivElement
  readonly content: PaneContent
  readonly left: LeftPane | undefined
  gone: boolean
}

type Slices = Types.IStackViewport
type Volumes = Types.IVolumeViewport

/** All panes of a page and what is drawn in them. Holds no rules of the app: it is told what to show, and tells what is shown. */
export class Viewer {
  readonly #engine: Engine
  readonly #rendering: RenderingEngine
  readonly #groups: ToolGroups
  readonly #panes = new Map<string, Pane>()
  readonly #states = new Map<string, PaneState>()
  readonly #loaders = new Map<string, SeriesLoader>()
  readonly #volumes = new Map<string, Promise<string>>()
  readonly #items = new Map<string, Item>()
  readonly #listeners = new Set<() => void>()
  readonly #shapes = new Map<string, Shape>()
  readonly #resizing: ResizeObserver

  constructor(engine: Engine, askText: (done: (text: string | undefined) => void) => void) {
    setUp(engine)
    this.#engine = engine
    this.#rendering = new RenderingEngine('gantry')
    this.#groups = new ToolGroups(this.#rendering.id, askText)
    this.#resizing = new ResizeObserver(() => this.#rendering.resize(true, true))
    for (const event of annotationEvents) eventTarget.addEventListener(event, () => this.#tell())
  }

  /** Returns what unsubscribes. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  stateOf(pane: string): PaneState {
    return this.#states.get(pane) ?? emptyPane
  }

  async mount(id: string, element: HTMLDivElement, content: PaneContent, left?: LeftPane): Promise<void> {
    const pane: Pane = { id, element, content, left, gone: false }
    this.#panes.set(id, pane)
    this.#resizing.observe(element)
    this.#update(id, { ...emptyPane })
    for (const event of paneEvents) element.addEventListener(event, () => this.#look(id))
    try {
      await (content.kind === 'stack' ? this.#showStack(pane) : this.#showVolume(pane))
    } catch (error) {
      if (pane.gone) return
      console.warn('viewer:', error instanceof Error ? error.message : 'failed')
      this.#update(id, { ...this.stateOf(id), status: 'failed', problem: problemOf(content, error) })
    }
  }

  unmount(id: string): void {
    const pane = this.#panes.get(id)
    if (pane === undefined) return
    pane.gone = true
    this.#panes.delete(id)
    this.#states.delete(id)
    this.#resizing.unobserve(pane.element)
    this.#groups.remove(id)
    if (this.#rendering.getViewport(id) !== undefined) this.#rendering.disableElement(id)
  }

  /** Forgets an item, and the memory that its images take. */
  close(item: Item): void {
    this.#loaders.get(item.id)?.stop()
    this.#loaders.delete(item.id)
    this.#volumes.delete(item.id)
    this.#items.delete(item.id)
    for (const imageId of imageIdsOf(item)) {
      if (cache.getImageLoadObject(imageId) !== undefined) cache.removeImageLoadObject(imageId, { force: true })
    }
  }

  setTool(name: ToolName): void {
    this.#groups.choose(name)
  }

  setWindow(id: string, window: WindowLevel): void {
    const viewport = this.#viewport(id)
    viewport?.setProperties({ voiRange: rangeOf(window) })
    viewport?.render()
    this.#look(id)
  }

  invert(id: string): void {
    const viewport = this.#viewport(id)
    if (viewport === undefined) return
    viewport.setProperties({ invert: !this.stateOf(id).inverted })
    viewport.render()
    this.#look(id)
  }

  rotate(id: string, degrees: number): void {
    const viewport = this.#viewport(id)
    if (viewport === undefined || this.#panes.get(id)?.content.kind === 'volume') return
    const { rotation = 0 } = viewport.getViewPresentation()
    viewport.setViewPresentation({ rotation: (rotation + degrees + 360) % 360 })
    viewport.render()
  }

  flip(id: string): void {
    const viewport = this.#viewport(id)
    if (viewport === undefined) return
    viewport.setCamera({ flipHorizontal: !(viewport.getCamera().flipHorizontal ?? false) })
    viewport.render()
  }

  reset(id: string): void {
    const viewport = this.#viewport(id)
    if (viewport === undefined) return
    viewport.resetProperties()
    viewport.resetCamera()
    const window = this.#panes.get(id)?.content.item?.window
    if (window !== undefined && this.#panes.get(id)?.content.kind !== 'volume') {
      viewport.setProperties({ voiRange: rangeOf(window) })
    }
    viewport.render()
    this.#look(id)
  }

  zoom(id: string, factor: number): void {
    const viewport = this.#viewport(id)
    viewport?.setZoom(viewport.getZoom() * factor)
    viewport?.render()
  }

  scroll(id: string, delta: number, loop = false): void {
    const viewport = this.#viewport(id)
    if (viewport === undefined || this.#panes.get(id)?.content.kind === 'volume') return
    const { index, count } = this.stateOf(id)
    if ('setImageIdIndex' in viewport) {
      const next = loop ? (index + delta + count) % count : Math.max(0, Math.min(count - 1, index + delta))
      if (next !== index) void (viewport as Slices).setImageIdIndex(next).catch(() => this.#look(id))
    } else (viewport as Volumes).scroll(delta)
  }

  /** Jumps to a slice, from 0. */
  goTo(id: string, index: number): void {
    this.scroll(id, index - this.stateOf(id).index)
  }

  /** What was drawn, as a workspace keeps it: what nobody has looked at since is as it was. */
  get shapes(): Shape[] {
    const drawn = tools.annotation.state
      .getAllAnnotations()
      .map((annotation) => this.#shapeOf(annotation as unknown as Annotated))
      .filter((shape) => shape !== undefined)
    const there = new Set(drawn.map(({ id }) => id))
    return [...[...this.#shapes.values()].filter(({ id }) => !there.has(id)), ...drawn]
  }

  /** Shapes of a workspace that was opened: each is drawn when its image is known. */
  addShapes(shapes: readonly Shape[]): void {
    for (const shape of shapes) this.#shapes.set(shape.id, shape)
    this.#drawShapes()
  }

  removeShape(id: string): void {
    this.#shapes.delete(id)
    tools.annotation.state.removeAnnotation(id)
    for (const { id: pane } of this.#panes.values()) this.#viewport(pane)?.render()
    this.#tell()
  }

  clearShapes(): void {
    this.#shapes.clear()
    tools.annotation.state.removeAllAnnotations()
    this.#tell()
  }

  /** Where a pane stands, to be found again like that. */
  leave(id: string): LeftPane | undefined {
    const pane = this.#panes.get(id)
    const viewport = this.#viewport(id)
    const { status, index, inverted, window } = this.stateOf(id)
    if (pane === undefined || viewport === undefined || status !== 'ready') return undefined
    const { kind, item } = pane.content
    if (kind === 'stack') {
      const instance = item?.files[placeOf((viewport as Slices).getCurrentImageId() ?? '')?.file ?? -1]?.image
      return {
        kind,
        index,
        inverted,
        ...(window !== undefined && { window }),
        ...(instance !== undefined && { instance: instance.sopInstanceUID }),
        presentation: structuredClone(viewport.getViewPresentation()),
      }
    }
    const { position, focalPoint, viewUp, viewPlaneNormal, parallelScale, parallelProjection } = viewport.getCamera()
    return {
      kind,
      inverted,
      ...(window !== undefined && kind !== 'volume' && { window }),
      camera: structuredClone({
        position,
        focalPoint,
        viewUp,
        viewPlaneNormal,
        parallelScale,
        parallelProjection,
      }) as NonNullable<LeftPane['camera']>,
    }
  }

  /** A picture of what a pane shows: for tests, and for whoever wants it. */
  pictureOf(id: string): HTMLCanvasElement | undefined {
    return this.#viewport(id)?.getCanvas()
  }

  async #showStack(pane: Pane): Promise<void> {
    const { id, element, content, left } = pane
    const { item } = content
    if (item === undefined) return
    const imageIds = this.#imageIds(item)
    this.#rendering.enableElement({ viewportId: id, element, type: ViewportType.STACK })
    this.#groups.add(id, 'stack')
    const viewport = this.#rendering.getViewport<Slices>(id)
    const known = item.files.findIndex(({ image }) => image?.sopInstanceUID === left?.instance)
    const middle = Math.floor(imageIds.length / 2)
    const at = left?.index ?? (left?.instance !== undefined && known >= 0 ? known : middle)
    const index = Math.max(0, Math.min(imageIds.length - 1, at))
    const loader = this.#loaderOf(item)
    await viewport.setStack(imageIds, index)
    if (pane.gone) return
    const window = left?.window ?? item.window
    viewport.setProperties({
      interpolationType: Enums.InterpolationType.LINEAR,
      ...(window !== undefined && { voiRange: rangeOf(window) }),
      ...(left?.inverted === true && { invert: true }),
    })
    if (left?.presentation !== undefined) viewport.setViewPresentation(left.presentation)
    this.#drawShapes()
    viewport.render()
    this.#update(id, { ...this.stateOf(id), status: 'ready' })
    this.#look(id)
    void loader.start(index)
  }

  async #showVolume(pane: Pane): Promise<void> {
    const { id, element, content, left } = pane
    const { kind, item, meshes } = content
    const volumeId = item === undefined ? undefined : await this.#volumeOf(item, pane)
    if (pane.gone) return
    this.#rendering.enableElement({
      viewportId: id,
      element,
      type: kind === 'volume' ? ViewportType.VOLUME_3D : ViewportType.ORTHOGRAPHIC,
      defaultOptions:
        kind === 'volume'
          ? { background: [0.04, 0.05, 0.07], orientation: OrientationAxis.CORONAL }
          : { orientation: OrientationAxis[axes[kind as keyof typeof axes]] },
    } as never)
    const viewport = this.#rendering.getViewport<Volumes>(id)
    if (volumeId !== undefined) await setVolumesForViewports(this.#rendering, [{ volumeId }], [id])
    if (pane.gone) return
    await this.#addMeshes(viewport, meshes, kind === 'volume' ? 'surface' : 'wire')
    if (kind === 'volume') {
      if (item !== undefined) viewport.setProperties({ preset: item.modality === 'MR' ? 'MR-Default' : 'CT-Bone' })
      viewport.resetCamera()
    } else {
      const window = left?.window ?? item?.window
      if (window !== undefined) viewport.setProperties({ voiRange: rangeOf(window) })
      if (left?.inverted === true) viewport.setProperties({ invert: true })
    }
    this.#groups.add(id, kind === 'volume' ? 'volume' : 'plane')
    if (left?.camera !== undefined) viewport.setCamera(left.camera as never)
    this.#drawShapes()
    viewport.render()
    this.#update(id, { ...this.stateOf(id), status: 'ready' })
    this.#look(id)
  }

  async #addMeshes(viewport: Volumes, meshes: readonly Item[], style: 'surface' | 'wire'): Promise<void> {
    for (const [index, mesh] of meshes.entries()) {
      const actor = actorOf(mesh.format, await this.#engine.read(mesh.id, 0), index)
      if (style === 'wire') {
        actor.getProperty().setRepresentationToWireframe()
        actor.getProperty().setOpacity(0.25)
      }
      viewport.addActor({ uid: `mesh-${mesh.id}`, actor: actor as never })
    }
  }

  /** One volume an item, made when all of its images are there. */
  async #volumeOf(item: Item, pane: Pane): Promise<string> {
    const imageIds = this.#imageIds(item)
    const loader = this.#loaderOf(item)
    const told = this.subscribe(() => this.#look(pane.id))
    try {
      await loader.start(Math.floor(imageIds.length / 2))
    } finally {
      told()
    }
    const made =
      this.#volumes.get(item.id) ??
      makeVolume(
        item,
        imageIds.filter((one) => !loader.failed.has(one)),
      )
    this.#volumes.set(item.id, made)
    return await made
  }

  #imageIds(item: Item): string[] {
    this.#items.set(item.id, item)
    return imageIdsOf(item)
  }

  #loaderOf(item: Item): SeriesLoader {
    const known = this.#loaders.get(item.id)
    if (known !== undefined) return known
    const loader = new SeriesLoader(imageIdsOf(item), () => {
      for (const { id, content } of this.#panes.values()) if (content.item?.id === item.id) this.#look(id)
    })
    this.#loaders.set(item.id, loader)
    return loader
  }

  #viewport(id: string): Slices | Volumes | undefined {
    return this.#rendering.getViewport(id) as Slices | Volumes | undefined
  }

  /** Reads from a viewport what is told around its picture. */
  #look(id: string): void {
    const pane = this.#panes.get(id)
    if (pane === undefined) return
    const before = this.stateOf(id)
    const { item, kind } = pane.content
    const loader = item === undefined ? undefined : this.#loaders.get(item.id)
    const loaded = { loaded: loader?.loaded ?? 0, failed: loader?.failed.size ?? 0 }
    const viewport = this.#viewport(id)
    if (viewport === undefined || before.status === 'failed') {
      this.#update(id, { ...before, ...loaded, count: before.count || (loader?.imageIds.length ?? 0) })
      return
    }
    const { voiRange, invert = false } = (viewport.getProperties() ?? {}) as {
      readonly voiRange?: { readonly lower: number; readonly upper: number } | null
      readonly invert?: boolean
    }
    const position =
      kind === 'stack'
        ? {
            index: (viewport as Slices).getCurrentImageIdIndex(),
            count: item === undefined ? 0 : imageIdsOf(item).length,
          }
        : kind === 'volume'
          ? { index: 0, count: 0 }
          : { index: (viewport as Volumes).getSliceIndex(), count: (viewport as Volumes).getNumberOfSlices() }
    this.#update(id, {
      ...before,
      ...loaded,
      ...position,
      inverted: invert,
      ...(voiRange && kind !== 'volume' ? { window: windowOf(voiRange) } : {}),
    })
  }

  #update(id: string, state: PaneState): void {
    if (same(this.#states.get(id), state)) return
    this.#states.set(id, state)
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #drawShapes(): void {
    const { state } = tools.annotation
    for (const shape of this.#shapes.values()) {
      if (state.getAnnotation(shape.id) !== undefined) continue
      const annotation = annotationOf(shape, (instance) => this.#imageOf(instance))
      const { FrameOfReferenceUID: frame, referencedImageId } = annotation?.metadata ?? {}
      // Its image comes when its series is shown.
      const waits = shape.sopInstanceUID !== undefined && referencedImageId === undefined
      if (annotation === undefined || waits || (referencedImageId === undefined && frame === undefined)) continue
      state.addAnnotation(annotation as never, (frame ?? referencedImageId) as never)
    }
  }

  #shapeOf(annotation: Annotated): Shape | undefined {
    const shape = shapeOf(annotation, (imageId) => this.#instanceOf(imageId))
    const before = shape === undefined ? undefined : this.#shapes.get(shape.id)
    if (shape === undefined) return undefined
    // Who drew it, when, and all that is not known here stay.
    return { ...before, ...shape, created: before?.created ?? Date.now() }
  }

  #instanceOf(imageId: string): string | undefined {
    const place = placeOf(imageId)
    return place && this.#items.get(place.item)?.files[place.file]?.image?.sopInstanceUID
  }

  #imageOf(instance: string): string | undefined {
    for (const item of this.#items.values()) {
      const index = item.files.findIndex(({ image }) => image?.sopInstanceUID === instance)
      if (index >= 0) return imageIdsOf(item)[item.files.length === 1 ? 0 : index]
    }
    return undefined
  }
}

const axes = { axial: 'AXIAL', sagittal: 'SAGITTAL', coronal: 'CORONAL' } as const

const paneEvents = [
  Events.IMAGE_RENDERED,
  Events.STACK_NEW_IMAGE,
  Events.VOLUME_NEW_IMAGE,
  Events.VOI_MODIFIED,
  Events.CAMERA_MODIFIED,
]

const annotationEvents = [
  tools.Enums.Events.ANNOTATION_COMPLETED,
  tools.Enums.Events.ANNOTATION_MODIFIED,
  tools.Enums.Events.ANNOTATION_REMOVED,
]

async function makeVolume(item: Item, imageIds: string[]): Promise<string> {
  if (imageIds.length < 3) throw new TypeError('too few images')
  const volumeId = `cornerstoneStreamingImageVolume:${item.id}`
  const volume = await volumeLoader.createAndCacheVolume(volumeId, { imageIds })
  const loaded = Promise.withResolvers<void>()
  volume.load(() => loaded.resolve())
  await loaded.promise
  return volumeId
}

function problemOf({ kind, meshes, item }: PaneContent, error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  if (/webgl/iu.test(text)) return 'problem.noWebgl'
  if (kind !== 'stack') return meshes.length > 0 && item === undefined ? 'problem.mesh' : 'problem.noVolume'
  return 'problem.noImage'
}

function same(a: PaneState | undefined, b: PaneState): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}
