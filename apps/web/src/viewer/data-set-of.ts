import { wadouri } from '@cornerstonejs/dicom-image-loader'

import type { DataSet } from './data-set.ts'

/** The header of the file that an image is of, as long as the loader holds it. */
export function dataSetOf(imageId: string | undefined): DataSet | undefined {
  if (imageId === undefined) return undefined
  return wadouri.dataSetCacheManager.get(wadouri.parseImageId(imageId).url)
}
