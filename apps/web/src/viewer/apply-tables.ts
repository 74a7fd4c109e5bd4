import { type Types, utilities } from '@cornerstonejs/core'
import { wadouri } from '@cornerstonejs/dicom-image-loader'

import { fileBytesOf } from './data-set.ts'
import { dataSetOf } from './data-set-of.ts'
import { hasTables } from './frame-values.ts'
import type { VoiCurve } from './read-tables.ts'

/** VOI LUTs by image; what is damaged is known, but nothing is made of it. */
const curves = new WeakMap<Types.IImage, VoiCurve | 'damaged'>()

/** The VOI LUT that an image asks to be shown by. */
export function voiOf(image: Types.IImage | undefined): VoiCurve | 'damaged' | undefined {
  return image && curves.get(image)
}

/**
 * Puts the values behind the Modality LUT of a file in place of the stored ones, and keeps its VOI LUT: cornerstone reads
 * both, and then draws by neither. `read` gives the bytes of the file where the loader holds none; where it fails, so does this.
 */
export async function applyTables(image: Types.IImage, read: () => Promise<ArrayBuffer>): Promise<void> {
  const dataSet = dataSetOf(image.imageId)
  const { frame = 1 } = wadouri.parseImageId(image.imageId) as { readonly frame?: number }
  if (image.color || dataSet === undefined || !hasTables(dataSet, frame)) return
  // Few files have any.
  const { readTables } = await import('./read-tables.ts')
  const bytes = fileBytesOf(dataSet) ?? new Uint8Array(await read())
  try {
    const { values, voi } = readTables(bytes, frame, image.getPixelData())
    // Those of X-ray angiography are not for what is shown (PS3.3 C.8.7.1.1.2), and what is rescaled is looked up nowhere.
    if (values !== undefined && image.modalityLUT !== undefined && image.isPreScaled !== true) putValues(image, values)
    if (voi !== undefined) putVoi(image, voi)
  } catch {
    curves.set(image, 'damaged')
  }
}

function putValues(image: Types.IImage, values: Uint16Array): void {
  const { width, height } = image
  let [least, greatest] = [Infinity, -Infinity]
  for (const value of values) {
    least = Math.min(least, value)
    greatest = Math.max(greatest, value)
  }
  // Where the file has no window, the loader took all stored values for one.
  const whole = utilities.windowLevel.toWindowLevel(image.minPixelValue, image.maxPixelValue)
  if (image.windowCenter === whole.windowCenter && image.windowWidth === whole.windowWidth) {
    Object.assign(image, utilities.windowLevel.toWindowLevel(least, greatest))
  }
  Object.assign(image, {
    dataType: 'Uint16Array',
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      scalarData: values,
      width,
      height,
      numberOfComponents: 1,
    }),
    getPixelData: () => values,
    minPixelValue: least,
    maxPixelValue: greatest,
    sizeInBytes: values.byteLength,
    modalityLUT: undefined,
  })
  if (image.imageFrame !== undefined) Object.assign(image.imageFrame, { pixelData: values })
}

function putVoi(image: Types.IImage, voi: VoiCurve): void {
  curves.set(image, voi)
  Object.assign(image, utilities.windowLevel.toWindowLevel(voi.lower, voi.upper))
}
