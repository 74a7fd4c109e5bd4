import { type Types, utilities } from '@cornerstonejs/core'

import { voiOf } from './apply-tables.ts'

const prefix = 'gantry:'
const names = new Map<string, string>()

/** Shades without a table: from black to white. */
const plain = [0, 1]

/**
 * Shows a picture by its own VOI LUT, if it has one: it spans the window, so that one that somebody sets stretches it, and
 * does not lose it.
 */
export function presentTable(viewport: Types.IStackViewport): void {
  const voi = voiOf(viewport.getCornerstoneImage())
  const { colormap, invert = false } = viewport.getProperties()
  const had = colormap?.name?.startsWith(prefix) === true
  const curve = voi === 'damaged' ? undefined : voi
  if (curve === undefined && !had) return
  const name = nameOf(curve?.shades ?? plain)
  if (colormap?.name === name) return
  // Cornerstone forgets on the way that the picture is inverted.
  viewport.setProperties({ invert: false })
  viewport.setProperties({ colormap: { name } })
  viewport.setProperties({ invert })
}

/** Registered once: images of a series mostly have the same. */
function nameOf(shades: ArrayLike<number>): string {
  const key = Array.from(shades).join(' ')
  const known = names.get(key)
  if (known !== undefined) return known
  const name = `${prefix}${names.size}`
  const last = shades.length - 1
  const RGBPoints = Array.from(shades).flatMap((shade, step) => [step / last, shade, shade, shade])
  utilities.colormap.registerColormap({ name, Name: name, ColorSpace: 'RGB', RGBPoints })
  names.set(key, name)
  return name
}
