import { flatLayout, GantryError, imageLayout, keepLayout, type Layout, type Store } from '@gantry/core'

/** The layout of a job that is not handed one: by its name, else the destination's own, else `keep`. */
export function layoutOf(name: string | undefined, to: Pick<Store, 'abilities'>): Layout {
  const { layout: own } = to.abilities
  if (name === undefined) return own === undefined ? keepLayout : imageLayout(own)
  if (name === 'keep') return keepLayout
  if (name === 'flat') return flatLayout
  throw new GantryError('invalid', 'This layout needs DICOM attributes: hand it to the job as a function.')
}
