import { eventTarget, metaData } from '@cornerstonejs/core'
import * as tools from '@cornerstonejs/tools'
import type { Shape } from '@gantry/core'

import type { Item } from '../engine/model.ts'
import { shapesWith } from '../state/left-with.ts'
import { type FramePlane } from './frame-at.ts'
import { imageOfShape, placeOf } from './image-ids.ts'
import { type Annotated, annotationOf, type DrawnOn, shapeOf } from './shapes.ts'

const { ANNOTATION_ADDED, ANNOTATION_COMPLETED, ANNOTATION_MODIFIED, ANNOTATION_REMOVED } = tools.Enums.Events

const { HandlesUpdated } = tools.Enums.ChangeTypes

interface Modified {
  readonly changeType?: unknown
}

interface Added {
  readonly annotation: Annotated
  readonly viewportId?: string
}

/** What is drawn on images, as a workspace keeps it. */
export class Drawings {
  readonly #items: ReadonlyMap<string, Item>
  readonly #shapes = new Map<string, Shape>()
  readonly #changed: () => void
  /** Of what is drawn in planes, which says of no image that it is on it: ids of the volumes. */
  readonly #volumes = new Map<string, string>()
  /** Whether something was drawn since the last share. */
  #drawn = false

  /** `items` are those that are shown; `itemIn` tells which one a pane shows. */
  constructor(items: ReadonlyMap<string, Item>, itemIn: (pane: string) => Item | undefined, changed: () => void) {
    this.#items = items
    this.#changed = changed
    eventTarget.addEventListener(ANNOTATION_ADDED, ({ detail }: CustomEvent<Added>) => {
      const { annotation, viewportId = '' } = detail
      const item = itemIn(viewportId)
      const id = annotation.annotationUID ?? ''
      // What comes from a workspace is drawn in whatever pane is there.
      if (item !== undefined && !this.#shapes.has(id)) this.#volumes.set(id, item.id)
    })
    for (const event of [ANNOTATION_COMPLETED, ANNOTATION_MODIFIED, ANNOTATION_REMOVED]) {
      eventTarget.addEventListener(event, changed)
    }
    eventTarget.addEventListener(ANNOTATION_COMPLETED, () => (this.#drawn = true))
    eventTarget.addEventListener(ANNOTATION_MODIFIED, ({ detail }: CustomEvent<Modified>) => {
      // Numbers are computed anew whenever it is shown.
      if (detail.changeType === HandlesUpdated) this.#drawn = true
    })
  }

  /** Whether something is drawn that no share has: with the page, it would be gone. */
  get unshared(): boolean {
    return this.#drawn && this.shapes.length > 0
  }

  markShared(): void {
    this.#drawn = false
  }

  /** What nobody has looked at since it came is as it was. */
  get shapes(): Shape[] {
    const drawn = tools.annotation.state
      .getAllAnnotations()
      .map((annotation) => this.#shapeOf(annotation as unknown as Annotated))
      .filter((shape) => shape !== undefined)
    const there = new Set(drawn.map(({ id }) => id))
    return [...[...this.#shapes.values()].filter(({ id }) => !there.has(id)), ...drawn]
  }

  /** Shapes of a workspace that was opened: each is drawn when its image is known. */
  add(shapes: readonly Shape[]): void {
    for (const shape of shapes) this.#shapes.set(shape.id, shape)
    this.draw()
  }

  remove(id: string): void {
    this.#shapes.delete(id)
    tools.annotation.state.removeAnnotation(id)
    this.#changed()
  }

  /** Of items that are closed, nothing stays: nobody would see it, and it would go on to others. */
  close(item: Item, rest: readonly Item[]): void {
    const { shapes } = this
    const kept = new Set(shapesWith(shapes, rest, [item]))
    for (const shape of shapes) if (!kept.has(shape)) this.remove(shape.id)
  }

  clear(): void {
    this.#shapes.clear()
    this.#volumes.clear()
    this.#drawn = false
    tools.annotation.state.removeAllAnnotations()
  }

  draw(): void {
    const { state } = tools.annotation
    for (const shape of this.#shapes.values()) {
      if (state.getAnnotation(shape.id) !== undefined) continue
      const annotation = annotationOf(
        shape,
        (drawnOn) => imageOfShape(drawnOn, this.#items.values(), planeOf),
        (imageId) => planeOf(imageId)?.frameOfReferenceUID,
      )
      const { FrameOfReferenceUID: frame, referencedImageId } = annotation?.metadata ?? {}
      // Its image comes when its series is shown.
      const waits = shape.sopInstanceUID !== undefined && referencedImageId === undefined
      if (annotation === undefined || waits || (referencedImageId === undefined && frame === undefined)) continue
      state.addAnnotation(annotation as never, '')
    }
  }

  /** Whether the image of a shape is open, but of its frames none can be told to be the one that it was drawn on. */
  isWithoutFrame({ id, sopInstanceUID, frame, plane }: Shape): boolean {
    if (sopInstanceUID === undefined || tools.annotation.state.getAnnotation(id) !== undefined) return false
    const items = [...this.#items.values()]
    const open = items.some(({ files }) => files.some(({ image }) => image?.sopInstanceUID === sopInstanceUID))
    return open && imageOfShape({ sopInstanceUID, frame, plane }, items, planeOf) === undefined
  }

  #shapeOf(annotation: Annotated): Shape | undefined {
    const shape = shapeOf(annotation, (imageId) => this.#instanceOf(imageId))
    const before = shape === undefined ? undefined : this.#shapes.get(shape.id)
    if (shape === undefined) return undefined
    const volume = shape.sopInstanceUID === undefined ? this.#volumes.get(shape.id) : undefined
    // Who drew it, when, and all that is not known here stay.
    return {
      ...before,
      ...shape,
      ...(volume !== undefined && { gantry: { volume } }),
      created: before?.created ?? Date.now(),
    }
  }

  #instanceOf(imageId: string): DrawnOn | undefined {
    const { item = '', file = 0, frame } = placeOf(imageId) ?? {}
    const sopInstanceUID = this.#items.get(item)?.files[file]?.image?.sopInstanceUID
    return sopInstanceUID === undefined ? undefined : { sopInstanceUID, ...(frame !== undefined && { frame }) }
  }
}

function planeOf(imageId: string): (FramePlane & { readonly frameOfReferenceUID?: string }) | undefined {
  return metaData.get('imagePlaneModule', imageId) as ReturnType<typeof planeOf>
}
