import type { Item, SegmentationItem } from '../engine/model.ts'

/** Whether a segmentation lies where a volume does: it was made of that, or of another one in the same frame of reference. */
export function fitsOver(segmentation: SegmentationItem, item: Item): boolean {
  if (item.kind !== 'volume' || item.format !== 'dicom' || item.expected !== undefined) return false
  const { seriesInstanceUID, frameOfReferenceUID } = segmentation
  if (seriesInstanceUID !== undefined && item.files[0]?.image?.seriesInstanceUID === seriesInstanceUID) return true
  return frameOfReferenceUID !== undefined && item.frameOfReferenceUID === frameOfReferenceUID
}
