import { eventTarget } from '@cornerstonejs/core'
import * as tools from '@cornerstonejs/tools'
import type { Shape } from '@gantry/core'

import type { Item } from '../engine/model.ts'
import { imageIdsOf, placeOf } from './image-ids.ts'
import { type Annotated, annotationOf, shapeOf } from './shapes.ts'

const { ANNOTATION_COMPLETED, ANNOTATION_MODIFIED, ANNOTATION_REMOVED } = tools.Enums.Events

/** What is drawn on images, as a workspace keeps it. */
export class Drawings {
  readonly #items: ReadonlyMap<string, Item>
  readonly #shapes = new Map<string, Shape>()
  readonly #changed: () => void

  /** `items` are those that are shown. */
  constructor(items: ReadonlyMap<string, Item>, changed: () => void) {
    this.#items = items
    this.#changed = changed
    for (const event of [ANNOTATION_COMPLETED, ANNOTATION_MODIFIED, ANNOTATION_REMOVED]) {
      eventTarget.addEventListener(event, changed)
    }
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

  clear(): void {
    this.#shapes.clear()
    tools.annotation.state.removeAllAnnotations()
  }

  draw(): void {
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
