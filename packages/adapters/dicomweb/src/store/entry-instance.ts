import { GantryError, type NewEntry } from '@gantry/core/driver'

import { checkUid, type InstanceUids } from '../retrieve/resource.ts'

/**
 * The instance that an entry is: by its identity, else by its path, whose last segments are study, series and instance. What
 * the service tells of it is told by UID.
 */
export function instanceOf({ image, path }: Pick<NewEntry, 'image' | 'path'>): InstanceUids {
  if (image !== undefined) {
    const { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID: instance } = image
    return { study: checkUid(study), series: checkUid(series), instance: checkUid(instance) }
  }
  const [study, series, instance] = path
    .replace(/\.dcm$/u, '')
    .split('/')
    .filter((segment) => !kinds.has(segment))
    .slice(-3)
  if (study === undefined || series === undefined || instance === undefined) throw notNamed()
  try {
    return { study: checkUid(study), series: checkUid(series), instance: checkUid(instance) }
  } catch {
    throw notNamed()
  }
}

/** Of resources (PS3.18 10.1.1): a store's own paths have them. */
const kinds: ReadonlySet<string> = new Set(['studies', 'series', 'instances'])

function notNamed(): GantryError {
  return new GantryError(
    'invalid',
    'A DICOMweb service keeps DICOM instances, and this is none by its path: give it {StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm.',
  )
}
