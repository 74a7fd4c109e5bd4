import { flatLayout, isGantryError, type JobSpec, keepLayout, type Layout, needsHeader, type Store } from '@gantry/core'
import type { Identify, Transform } from '@gantry/transfer'

import { UsageError } from '../usage-error.ts'

/** What a selection and a layout need beyond the stores. */
export interface JobParts {
  /** `undefined`: the destination's own. */
  readonly layout?: Layout
  readonly identify?: Identify
  readonly transforms?: readonly Transform[]
}

/** What selections go by, and listings show. */
const selectionKeywords = ['Modality', 'StudyDate']

/** Loads the DICOM package only where headers must be read. */
export async function loadJobParts(
  { layout: name, selection }: Pick<JobSpec, 'layout' | 'selection'>,
  { from, to }: { readonly from: Store; readonly to: Store },
  /** What else is to be read of every header. */
  more: readonly string[] = [],
): Promise<JobParts> {
  const unit = to.abilities.parcels?.store?.unit ?? from.abilities.parcels?.fetch?.unit
  const ofImages = more.length > 0 || unit === 'series' || unit === 'study' || needsHeader(selection)
  if (name === undefined) {
    return ofImages || to.abilities.layout !== undefined
      ? { identify: await loadIdentify([...new Set([...selectionKeywords, ...more])]) }
      : {}
  }
  const { layout, keywords } = await loadLayout(name)
  if (layout.needsHeader !== true && !ofImages) return { layout }
  return { layout, identify: await loadIdentify([...new Set([...selectionKeywords, ...keywords, ...more])]) }
}

export async function loadIdentify(keywords = selectionKeywords): Promise<Identify> {
  return (await import('@gantry/dicom')).identifying(keywords)
}

async function loadLayout(name: string): Promise<{ readonly layout: Layout; readonly keywords: readonly string[] }> {
  if (name === 'keep') return { layout: keepLayout, keywords: [] }
  if (name === 'flat') return { layout: flatLayout, keywords: [] }
  if (name !== 'hierarchical' && !name.includes('{')) {
    throw new UsageError(
      `There is no layout "${name}": it is keep, flat, hierarchical, or a template such as {PatientID}/{SOPInstanceUID}.dcm`,
    )
  }
  const { hierarchicalLayout, templateLayout } = await import('@gantry/dicom')
  try {
    const dicom = name === 'hierarchical' ? hierarchicalLayout : templateLayout(name)
    const layout: Layout = (entry) => dicom(entry)
    const sharesNames = !dicom.keywords.includes('SOPInstanceUID')
    return { layout: Object.assign(layout, { needsHeader: true, sharesNames }), keywords: dicom.keywords }
  } catch (error) {
    throw isGantryError(error) ? new UsageError(error.message, { cause: error }) : error
  }
}
