import { metaData } from '@cornerstonejs/core'
import { wadouri } from '@cornerstonejs/dicom-image-loader'

import { dataSetOf } from './data-set-of.ts'
import { type Rescale, rescaleOf, type Windows, windowsOf } from './frame-values.ts'

/**
 * Tells cornerstone what the values of an enhanced image mean. Its loader looks for that at the top of a header alone, where
 * classic images have it; without it, a CT would be drawn and measured as what is stored, and called HU.
 */
export function keepFrameValues(): void {
  metaData.addProvider(valuesOf, 100_000)
}

function valuesOf(type: string, imageId: unknown): Rescale | Windows | undefined {
  if ((type !== 'modalityLutModule' && type !== 'voiLutModule') || typeof imageId !== 'string') return undefined
  const dataSet = dataSetOf(imageId)
  if (dataSet === undefined) return undefined
  const { frame } = wadouri.parseImageId(imageId) as { readonly frame?: number }
  return type === 'modalityLutModule' ? rescaleOf(dataSet, frame ?? 1) : windowsOf(dataSet, frame ?? 1)
}
