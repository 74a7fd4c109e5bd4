import { Enums, type Types } from '@cornerstonejs/core'

import type { Item } from '../engine/model.ts'
import type { LeftPane } from './pane-state.ts'
import { rangeOf } from './presets.ts'

type Slices = Types.IStackViewport

/** Where a stack is looked at first: where it was left, or in the middle. */
export function firstIndex(item: Item, count: number, left: LeftPane | undefined): number {
  const known = item.files.findIndex(({ image }) => image?.sopInstanceUID === left?.instance)
  const middle = Math.floor(count / 2)
  const at = left?.index ?? (left?.instance !== undefined && known >= 0 ? known : middle)
  return Math.max(0, Math.min(count - 1, at))
}

/** Calls back when the viewport has a picture: at once, or when the first one comes. */
export function whenDrawn(viewport: Slices, work: () => void): void {
  if (viewport.getCornerstoneImage() !== undefined) work()
  else viewport.element.addEventListener(Enums.Events.STACK_NEW_IMAGE, work, { once: true })
}

/** As it was left. */
export function presentStack(viewport: Slices, { window: stored }: Item, left: LeftPane | undefined): void {
  const window = left?.window ?? stored
  viewport.setProperties({
    interpolationType: Enums.InterpolationType.LINEAR,
    ...(window !== undefined && { voiRange: rangeOf(window) }),
    ...(left?.inverted === true && { invert: true }),
  })
  if (left?.presentation !== undefined) viewport.setViewPresentation(left.presentation)
}

/** By one, or to wherever: from the image that somebody came to, be it there or not. */
export function scrollStack(viewport: Slices, delta: number, loop: boolean, count: number): Promise<unknown> {
  const index = viewport.getCurrentImageIdIndex()
  const next = loop ? (index + delta + count) % count : Math.max(0, Math.min(count - 1, index + delta))
  return next === index ? Promise.resolve() : viewport.setImageIdIndex(next)
}

/** The image that somebody is at, once more. */
export async function drawAgain(viewport: Slices): Promise<void> {
  await viewport.loadImages([viewport.getCurrentImageId()], viewport)
}
