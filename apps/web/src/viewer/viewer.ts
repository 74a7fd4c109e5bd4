import { Enums, RenderingEngine, setVolumesForViewports, type Types } from '@cornerstonejs/core'

import type { Item, WindowLevel } from '../engine/model.ts'
import type { Engine } from '../engine/start-engine.ts'
import { flip, rotate, zoom } from './adjust.ts'
import { Drawings } from './drawings.ts'
import { leavePane } from './leave-pane.ts'
import { addMeshes } from './meshes.ts'
import { OpenSeries } from './open-series.ts'
import { axes, oncePerTurn, paneEvents, samePane } from './pane-events.ts'
import { emptyPane, type LeftPane, type MountedPane, type PaneContent, type PaneState } from './pane-state.ts'
import { rangeOf } from './presets.ts'
import { Overlays } from './overlays.ts'
import { problemOf } from './problem-of.ts'
import { readPane } from './read-pane.ts'
import { refit } from './refit.ts'
import { setUp } from './setup.ts'
import { drawAgain, firstIndex, presentAnew, presentStack, scrollStack, whenDrawn } from './stack.ts'
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
  readonly series: OpenSeries
  readonly #listeners = new Set<() => void>()
  readonly drawings: Drawings
  readonly overlays: Overlays
  readonly #resizing: ResizeObserver

  constructor(engine: Engine, askText: (done: (text: string | undefined) => void) => void) {
    setUp(engine)
    this.series = new OpenSeries(
      (item) => this.#panesOf(item).forEach(({ id }) => this.#look(id)),
      (item) => this.#panesOf(item).forEach((pane) => void this.#mend(pane)),
    )
    addEventListener('online', () => this.series.again())
    this.#engine = engine
    this.#rendering = new RenderingEngine('gantry')
    this.#groups = new ToolGroups(this.#rendering.id, askText)
    this.#resizing = new ResizeObserver(() => refit(this.#rendering))
    this.overlays = new Overlays(engine, () => this.#tell())
    const itemIn = (pane: string) => this.#panes.get(pane)?.content.item
    this.drawings = new Drawings(this.series.items, itemIn, () => {
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
    await this.#show(pane)
  }

  async #show(pane: MountedPane): Promise<void> {
    const { id, content } = pane
    try {
      await (content.kind === 'stack' ? this.#showStack(pane) : this.#showVolume(pane))
    } catch (error) {
      if (pane.gone) return
      console.warn('viewer:', error instanceof Error ? error.message : 'failed')
      this.#update(id, { ...this.stateOf(id), status: 'failed', problem: problemOf(content, error) })
    }
  }

  /** Tries once more what of a pane did not come. */
  again(pane: string): void {
    this.series.again(this.#panes.get(pane)?.content.item?.id)
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
    // Nothing is drawn any more by what is taken away.
    for (const { id } of this.#panesOf(item.id)) this.unmount(id)
    this.drawings.close(item, rest)
    this.overlays.close(item.id)
    this.series.close(item)
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
    if ('setImageIdIndex' in viewport) presentAnew(viewport, item?.window)
    else if (item?.window !== undefined && kind !== 'volume') viewport.setProperties({ voiRange: rangeOf(item.window) })
    viewport.render()
    this.#look(id)
  }

  zoom(id: string, factor: number): void {
    zoom(this.#viewport(id), factor)
  }

  scroll(id: string, delta: number, loop = false): void {
    const viewport = this.#viewport(id)
    if (viewport === undefined || this.#panes.get(id)?.content.kind === 'volume') return
    const look = () => this.#look(id)
    if ('setImageIdIndex' in viewport) {
      scrollStack(viewport, delta, loop, this.stateOf(id).count).then(look, look)
    } else viewport.scroll(delta)
  }

  /** Where a pane stands, to be found again like that. */
  leave(id: string): LeftPane | undefined {
    const pane = this.#panes.get(id)
    const viewport = this.#viewport(id)
    const state = this.stateOf(id)
    return pane && viewport && state.status === 'ready' && state.missing === undefined
      ? leavePane(pane.content, viewport, state)
      : undefined
  }

  async #showStack(pane: MountedPane): Promise<void> {
    const { id, element, content, left } = pane
    const { item } = content
    if (item === undefined) return
    const imageIds = this.series.imageIds(item)
    this.#rendering.enableElement({ viewportId: id, element, type: ViewportType.STACK })
    this.#groups.add(id, 'stack')
    const viewport = this.#rendering.getViewport<Slices>(id)
    const index = firstIndex(item, imageIds.length, left)
    const loader = this.series.loaderOf(item)
    await viewport.setStack(imageIds, index)
    if (pane.gone) return
    whenDrawn(viewport, () => {
      presentStack(viewport, item, left)
      this.drawings.draw()
      viewport.render()
    })
    this.#update(id, { ...this.stateOf(id), status: 'ready' })
    this.#look(id)
    await loader.start(index)
    this.#overlay(pane)
  }

  /** Segments lie over images of which all are there. */
  #overlay({ id, gone, content: { item } }: MountedPane): void {
    const loader = this.series.loader(item?.id)
    if (!gone && item !== undefined && loader?.complete === true) this.overlays.attach(id, item)
  }

  /** After what had failed was tried again: the pane shows what has come of it. */
  async #mend(pane: MountedPane): Promise<void> {
    const { id, content, gone } = pane
    const loader = this.series.loader(content.item?.id)
    if (gone || loader === undefined) return
    const { status, problem } = this.stateOf(id)
    if (status === 'failed' && problem?.word === 'problem.lacking') {
      this.#update(id, { ...emptyPane })
      await this.#show(pane)
    } else if (content.kind === 'stack' && status === 'ready') {
      const viewport = this.#viewport(id)
      if (viewport !== undefined && 'setImageIdIndex' in viewport) await drawAgain(viewport)
      this.#look(id)
      this.#overlay(pane)
    }
  }

  async #showVolume(pane: MountedPane): Promise<void> {
    const { id, element, content, left } = pane
    const { kind, item, meshes } = content
    const volumeId = item === undefined ? undefined : await this.series.volumeOf(item)
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

  #viewport(id: string): Slices | Volumes | undefined {
    return this.#rendering.getViewport<Slices | Volumes>(id)
  }

  /** Reads from a viewport what is told around its picture. */
  #look(id: string): void {
    const pane = this.#panes.get(id)
    if (pane === undefined) return
    const before = this.stateOf(id)
    const { item } = pane.content
    const loader = this.series.loader(item?.id)
    const loaded = { loaded: loader?.loaded ?? 0, failed: loader?.failed.size ?? 0 }
    const viewport = this.#viewport(id)
    if (viewport === undefined || before.status === 'failed') {
      this.#update(id, { ...before, ...loaded, count: before.count || (loader?.imageIds.length ?? 0) })
      return
    }
    const read = readPane(pane.content, viewport)
    const at = 'setImageIdIndex' in viewport ? viewport.getCurrentImageId() : ''
    const missing = loader?.failed.get(at)
    // On its way: until it is there, the picture is that of the one before.
    const waits = pane.content.kind === 'stack' && missing === undefined && loader?.has(at) !== true
    this.#update(id, { ...before, ...loaded, ...read, missing, ...(waits && { index: before.index }) })
  }

  #panesOf(item: string): MountedPane[] {
    return [...this.#panes.values()].filter(({ content }) => content.item?.id === item)
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
