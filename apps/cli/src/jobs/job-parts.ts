import { flatLayout, type JobSpec, keepLayout, type Layout, needsHeader } from '@gantry/core'
import type { Identify } from '@gantry/transfer'

import { UsageError } from '../usage-error.ts'

/** What a selection and a layout need beyond the stores. */
export interface JobParts {
  readonly layout: Layout
  readonly identify?: Identify
}

/** Loads the DICOM package only where headers must be read. */
export async function loadJobParts({
  layout: name,
  selection,
}: Pick<JobSpec, 'layout' | 'selection'>): Promise<JobParts> {
  const layout = await loadLayout(name)
  const wantsHeaders = layout.needsHeader === true || needsHeader(selection)
  return wantsHeaders ? { layout, identify: await loadIdentify() } : { layout }
}

/** What selections go by, and listings show. */
const selectionKeywords = ['Modality', 'StudyDate']

export async function loadIdentify(keywords = selectionKeywords): Promise<Identify> {
  return (await import('./identify.ts')).identifying(keywords)
}

async function loadLayout(name: string): Promise<Layout> {
  if (name === 'keep') return keepLayout
  if (name === 'flat') return flatLayout
  if (name !== 'hierarchical' && !name.includes('{')) {
    throw new UsageError(
      `There is no layout "${name}": it is keep, flat, hierarchical, or a template such as {PatientID}/{SOPInstanceUID}.dcm`,
    )
  }
  const { hierarchicalLayout, templateLayout } = await import('@gantry/dicom')
  return name === 'hierarchical' ? hierarchicalLayout : templateLayout(name)
}
