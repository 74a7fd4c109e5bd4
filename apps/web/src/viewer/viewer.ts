import { cache, Enums, RenderingEngine, setVolumesForViewports, type Types } from '@cornerstonejs/core'

import type { Item, WindowLevel } from '../engine/model.ts'
import type { Engine } from '../engine/start-engine.ts'
import { flip, rotate, zoom } from './adjust.ts'
import { Drawings } from './drawings.ts'
import { imageIdsOf } from './image-ids.ts'
import { forgetPlanes } from './image-planes.ts'
import { leavePane } from './leave-pane.ts'
import { makeVolume } from './make-volume.ts'
import { addMeshes } from './meshes.ts'
import { axes, oncePerTurn, paneEvents, samePane } from './pane-events.ts'
import { emptyPane, type LeftPane, type MountedPane, type PaneContent, type PaneState } from './pane-state.ts'
import { rangeOf } from './presets.ts'
import { Overlays } from './overlays.ts'
import { problemOf } from './problem-of.ts'
import { readPane } from './read-pane.ts'
import { refit } from './refit.ts'
import { SeriesLoader } from './series-loader.ts'
import { setUp } from './setup.ts'
import { ToolGroups, type ToolName } from './tool-groups.ts'

const { ViewportType, OrientationAxis } = Enums

type Slices = Types.IStackViewport
type Volumes = Types.IVolumeViewport

/** All panes of a page and what is drawn in them. Holds no rules of the app: it is told what to show, and tells what is shown. */
export class Viewer {
  readonly #engine: Engine
  readonly #rendering: RenderingEngine
  readonly #groups: ToolGroups
  readonly #panes = new Map<string, MountedPane>()
  readonly #states = new Map<string, PaneState>()
  readonly #loaders = new Map<string, SeriesLoader>()
  readonly #volumes = new Map<string, Promise<string>>()
  readonly #items = new Map<string, Item>()
  readonly #listeners = new Set<() => void>()
  readonly drawings: Drawings
  readonly overlays: Overlays
  readonly #resizing: ResizeObserver

  constructor(engine: Engine, askText: (done: (text: string | undefined) => void) => void) {
    setUp(engine)
    this.#engine = engine
    this.#rendering = new RenderingEngine('gantry')
    this.#groups = new ToolGroups(this.#rendering.id, askText)
    this.#resizing = new ResizeObserver(() => refit(this.#rendering))
    this.overlays = new Overlays(engine, () => this.#tell())
    const itemIn = (pane: string) => this.#panes.get(pane)?.content.item
    this.drawings = new Drawings(this.#items, itemIn, () => {
      for (const { id } of this.#panes.values()) this.#viewport(id)?.render()
      this.#tell()
    })
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
    const pane: MountedPane = { id, element, content, left, gone: false }
    this.#panes.set(id, pane)
    this.#resizing.observe(element)
    this.#update(id, { ...emptyPane })
    const look = oncePerTurn(() => this.#look(id))
    for (const event of paneEvents) element.addEventListener(event, look)
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
    this.overlays.detach(id)
    this.#groups.remove(id)
    if (this.#rendering.getViewport(id) !== undefined) this.#rendering.disableElement(id)
  }

  /** Forgets an item, what is drawn on it, and the memory that its images take; `rest` stays open. */
  close(item: Item, rest: readonly Item[]): void {
    this.drawings.close(item, rest)
    this.overlays.close(item.id)
    this.#loaders.get(item.id)?.stop()
    this.#loaders.delete(item.id)
    this.#volumes.delete(item.id)
    this.#items.delete(item.id)
    const imageIds = imageIdsOf(item)
    forgetPlanes(imageIds)
    for (const imageId of imageIds) {
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
    if (this.#panes.get(id)?.content.kind !== 'volume') rotate(this.#viewport(id), degrees)
  }

  flip(id: string): void {
    flip(this.#viewport(id))
  }

  reset(id: string): void {
    const viewport = this.#viewport(id)
    if (viewport === undefined) return
    viewport.resetProperties()
    viewport.resetCamera()
    const { item, kind } = this.#panes.get(id)?.content ?? {}
    if (item?.window !== undefined && kind !== 'volume') viewport.setProperties({ voiRange: rangeOf(item.window) })
    viewport.render()
    this.#look(id)
  }

  zoom(id: string, factor: number): void {
    zoom(this.#viewport(id), factor)
  }

  scroll(id: string, delta: number, loop = false): void {
    const viewport = this.#viewport(id)
    if (viewport === undefined || this.#panes.get(id)?.content.kind === 'volume') return
    const { index, count } = this.stateOf(id)
    if ('setImageIdIndex' in viewport) {
      const next = loop ? (index + delta + count) % count : Math.max(0, Math.min(count - 1, index + delta))
      if (next !== index) void viewport.setImageIdIndex(next).catch(() => this.#look(id))
    } else viewport.scroll(delta)
  }

  /** Where a pane stands, to be found again like that. */
  leave(id: string): LeftPane | undefined {
    const pane = this.#panes.get(id)
    const viewport = this.#viewport(id)
    const state = this.stateOf(id)
    return pane && viewport && state.status === 'ready' ? leavePane(pane.content, viewport, state) : undefined
  }

  async #showStack(pane: MountedPane): Promise<void> {
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
    this.drawings.draw()
    viewport.render()
    this.#update(id, { ...this.stateOf(id), status: 'ready' })
    this.#look(id)
    await loader.start(index)
    if (!pane.gone && loader.failed.size === 0) this.overlays.attach(id, item)
  }

  async #showVolume(pane: MountedPane): Promise<void> {
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
    await addMeshes(viewport, meshes, async (mesh) => await this.#engine.read(mesh.id, 0))
    if (kind === 'volume') {
      if (item !== undefined) viewport.setProperties({ preset: item.modality === 'MR' ? 'MR-Default' : 'CT-Bone' })
      viewport.resetCamera()
    } else {
      const window = left?.window ?? item?.window
      if (window !== undefined) viewport.setProperties({ voiRange: rangeOf(window) })
      if (left?.inverted === true) viewport.setProperties({ invert: true })
    }
    this.#groups.add(id, kind === 'volume' ? 'volume' : 'plane')
    if (left?.camera !== undefined) viewport.setCamera(left.camera)
    this.drawings.draw()
    viewport.render()
    this.#update(id, { ...this.stateOf(id), status: 'ready' })
    this.#look(id)
    if (item !== undefined && kind !== 'volume') this.overlays.attach(id, item)
  }

  /** One volume an item, made when all of its images are there. */
  async #volumeOf(item: Item, pane: MountedPane): Promise<string> {
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
    return this.#rendering.getViewport<Slices | Volumes>(id)
  }

  /** Reads from a viewport what is told around its picture. */
  #look(id: string): void {
    const pane = this.#panes.get(id)
    if (pane === undefined) return
    const before = this.stateOf(id)
    const { item } = pane.content
    const loader = item === undefined ? undefined : this.#loaders.get(item.id)
    const loaded = { loaded: loader?.loaded ?? 0, failed: loader?.failed.size ?? 0 }
    const viewport = this.#viewport(id)
    if (viewport === undefined || before.status === 'failed') {
      this.#update(id, { ...before, ...loaded, count: before.count || (loader?.imageIds.length ?? 0) })
      return
    }
    this.#update(id, { ...before, ...loaded, ...readPane(pane.content, viewport) })
  }

  #update(id: string, state: PaneState): void {
    if (samePane(this.#states.get(id), state)) return
    this.#states.set(id, state)
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
