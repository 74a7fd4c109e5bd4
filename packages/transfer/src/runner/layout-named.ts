import { flatLayout, GantryError, keepLayout, type Layout } from '@gantry/core'

/** Layouts that a job can have by their name alone. */
export function layoutNamed(name: string): Layout {
  if (name === 'keep') return keepLayout
  if (name === 'flat') return flatLayout
  throw new GantryError('invalid', 'This layout needs DICOM attributes: hand it to the job as a function.')
}
