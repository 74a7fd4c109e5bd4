import { GantryError } from '@gantry/core/driver'
import type { DicomHeader } from '@gantry/dicom'

import { entryPathOf, type SeriesName } from '../series/series-name.ts'

/** The key of an image in a series, which its header gives it; `invalid` where the path says something else. */
export function keyOf(
  path: string,
  { identifiers }: DicomHeader,
  name: SeriesName,
  nameOf: (uid: string) => string = (uid) => uid,
): string {
  const { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID: instance } = identifiers
  if (study === undefined || series === undefined || instance === undefined) {
    throw new GantryError('invalid', 'The image lacks one of its UIDs.')
  }
  const key = nameOf(instance)
  if (path !== entryPathOf({ study: nameOf(study), series: nameOf(series) }, key)) {
    throw new GantryError('invalid', 'The image has other UIDs than its path says.')
  }
  if (nameOf(study) !== name.study || nameOf(series) !== name.series) {
    throw new GantryError('invalid', 'The image belongs to another series.')
  }
  return key
}
