import { Enums, metaData, type Types } from '@cornerstonejs/core'

import type { Item, WindowLevel } from '../engine/model.ts'
import { voiOf } from './apply-tables.ts'
import type { LeftPane } from './pane-state.ts'
import { presentTable } from './present-table.ts'
import { rangeOf, sharedRange } from './presets.ts'

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
  viewport.setProperties({
    interpolationType: Enums.InterpolationType.LINEAR,
    ...(left?.inverted === true && { invert: true }),
  })
  // Pictures of a stack may have tables of their own.
  viewport.element.addEventListener(Enums.Events.STACK_NEW_IMAGE, () => presentTable(viewport))
  presentAnew(viewport, left?.window ?? stored)
  if (left?.presentation !== undefined) viewport.setViewPresentation(left.presentation)
}

/**
 * By its table, in a window: one for all pictures, unless each asks for one of its own. Else the same value would look
 * different in each.
 */
export function presentAnew(viewport: Slices, window: WindowLevel | undefined): void {
  presentTable(viewport)
  const voiRange = window === undefined ? rangeOfAll(viewport) : rangeOf(window)
  if (voiRange !== undefined) viewport.setProperties({ voiRange })
}

function rangeOfAll(viewport: Slices) {
  const image = viewport.getCornerstoneImage()
  if (image === undefined || image.color || voiOf(image) !== undefined) return undefined
  const { imageId, dataType } = image
  const { windowCenter } = (metaData.get('voiLutModule', imageId) ?? {}) as {
    readonly windowCenter?: readonly number[]
  }
  const { bitsStored } = (metaData.get('imagePixelModule', imageId) ?? {}) as { readonly bitsStored?: number }
  return sharedRange({
    asks: windowCenter !== undefined && windowCenter.length > 0,
    isByte: dataType === 'Uint8Array' && bitsStored === 8,
    drawn: viewport.getProperties().voiRange,
  })
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
