import { CONSTANTS, type Types, utilities } from '@cornerstonejs/core'

import { voiOf } from './apply-tables.ts'

const prefix = 'gantry:'

/** Cornerstone forgets no table that has a name, and each picture of a series may have one of its own. */
const mostNames = 64

interface Registered {
  readonly name: string
}

/** By their shades; those that were registered first come first. */
const registered = new Map<string, Registered>()
/** What each viewport was given: its name may be that of another table by now. */
const given = new WeakMap<Types.IStackViewport, Registered>()

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
  const table = register(curve?.shades ?? plain)
  const { name } = table
  if (colormap?.name === name && given.get(viewport) === table) return
  // Cornerstone forgets on the way that the picture is inverted.
  viewport.setProperties({ invert: false })
  viewport.setProperties({ colormap: { name } })
  viewport.setProperties({ invert })
  given.set(viewport, table)
}

/** Once, as images of a series mostly have the same; when there are no more names, in place of the table of longest ago. */
function register(shades: ArrayLike<number>): Registered {
  const key = Array.from(shades).join(' ')
  const known = registered.get(key)
  if (known !== undefined) return known
  const table = { name: freeName() }
  const { name } = table
  const last = shades.length - 1
  const RGBPoints = Array.from(shades).flatMap((shade, step) => [step / last, shade, shade, shade])
  utilities.colormap.registerColormap({ name, Name: name, ColorSpace: 'RGB', RGBPoints })
  // Where it draws without WebGL, it keeps what it made of a name.
  Reflect.deleteProperty(CONSTANTS.CPU_COLORMAPS, `vtk:${name}`)
  registered.set(key, table)
  return table
}

function freeName(): string {
  const [oldest] = registered
  if (oldest === undefined || registered.size < mostNames) return `${prefix}${registered.size}`
  const [key, { name }] = oldest
  registered.delete(key)
  return name
}
