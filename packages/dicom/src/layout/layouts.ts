import { keepLayout, type Layout } from '@gantry/core'

import { compileTemplate, type PathTemplate } from './template.ts'

/** A layout, and the attributes that entries must have for it (`readImage` reads them). */
export type DicomLayout = Layout & { readonly keywords: readonly string[] }

/** Places images by a template, see `compileTemplate`; entries that are no images keep their paths. */
export function templateLayout(template: string): DicomLayout {
  const compiled = compileTemplate(template)
  return toLayout(compiled.keywords, () => compiled)
}

const hierarchicalTemplate = '{PatientID}/{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm'
let hierarchical: PathTemplate | undefined

/** `<PatientID>/<StudyInstanceUID>/<SeriesInstanceUID>/<SOPInstanceUID>.dcm` */
export const hierarchicalLayout: DicomLayout = toLayout(
  ['PatientID'],
  () => (hierarchical ??= compileTemplate(hierarchicalTemplate)),
)

function toLayout(keywords: readonly string[], template: () => PathTemplate): DicomLayout {
  const layout: Layout = (entry) => (entry.image === undefined ? keepLayout(entry) : template().path(entry))
  return Object.assign(layout, { keywords })
}
