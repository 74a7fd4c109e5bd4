import { keepLayout, type Layout } from '@gantry/core'

import { compileTemplate, hierarchicalTemplate } from './template.ts'

/** A layout, and what must be known of an entry to apply it. */
export interface DicomLayout {
  readonly layout: Layout
  /** Attributes that entries need to have (`readImage` reads them). */
  readonly keywords: readonly string[]
}

/** Places images by a template; entries that are no images keep their paths. */
export function templateLayout(template: string): DicomLayout {
  const { keywords, path } = compileTemplate(template)
  return {
    keywords,
    layout: (entry) => {
      const { image, attributes } = entry
      if (image === undefined) return keepLayout(entry)
      return path(attributes === undefined ? { image } : { image, attributes })
    },
  }
}

/** `<PatientID>/<StudyInstanceUID>/<SeriesInstanceUID>/<SOPInstanceUID>.dcm` */
export function hierarchicalLayout(): DicomLayout {
  return templateLayout(hierarchicalTemplate)
}
