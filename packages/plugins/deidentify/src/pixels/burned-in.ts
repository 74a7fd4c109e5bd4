import { attributesOf, type DicomHeader } from '@gantry/dicom'

import { burningDevices, burningModalities, screenSOPClasses } from './burning.ts'

/** Why there may be text in the pixels. */
export type BurnedInReason =
  /** (0028,0301) says so. */
  | 'declared'
  /** Images of this modality often have it, and nothing says that this one does not. */
  | 'modality'
  /** A picture of a screen, of film or of paper. */
  | 'secondary-capture'
  /** What an X-ray device made of its images, such as reports and subtractions with legends. */
  | 'derived'
  /** A device or program that is known for it. */
  | 'device'
  /** Overlays that lie in unused bits of the pixels, which remain. */
  | 'overlay-in-pixels'
  /** A recording of what somebody says, which remains. */
  | 'voice'

export interface BurnedInWarning {
  readonly code: 'burned-in'
  readonly reason: BurnedInReason
}

const keywords = [
  'BurnedInAnnotation',
  'Modality',
  'SOPClassUID',
  'ImageType',
  'ConversionType',
  'Manufacturer',
  'ManufacturerModelName',
  'SecondaryCaptureDeviceManufacturer',
  'SeriesDescription',
]

const xRay: ReadonlySet<string> = new Set(['CR', 'DX', 'MG', 'RF', 'RG', 'XA', 'PX', 'IO'])

/** Reasons to look at the pixels before an image is given away; rules, not looks, so that none means little. */
export function burnedInWarnings(header: DicomHeader): readonly BurnedInWarning[] {
  const attributes = attributesOf(header.elements, keywords)
  const of = (keyword: string) => (attributes[keyword] ?? '').toUpperCase()
  // Basic Voice and General Audio Waveform Storage.
  if (of('SOPClassUID').startsWith('1.2.840.10008.5.1.4.1.1.9.4.')) return [{ code: 'burned-in', reason: 'voice' }]
  if (header.pixelData === undefined) return []
  const reasons = new Set<BurnedInReason>()
  const declared = of('BurnedInAnnotation')
  const image = of('ImageType').split('\\')
  if (declared === 'YES') reasons.add('declared')
  else if (declared !== 'NO') {
    const modality = of('Modality')
    const secondary = of('ConversionType') !== '' || screenSOPClasses.some((uid) => of('SOPClassUID').startsWith(uid))
    if (burningModalities.has(modality)) reasons.add('modality')
    if (secondary) reasons.add('secondary-capture')
    if (xRay.has(modality) && (image.includes('SECONDARY') || secondary)) reasons.add('derived')
  }
  // Who says NO may be wrong: these are known to be.
  if (isBurning(of, image)) reasons.add('device')
  if (overlayInPixels(header)) reasons.add('overlay-in-pixels')
  return [...reasons].map((reason) => ({ code: 'burned-in', reason }))
}

function isBurning(of: (keyword: string) => string, image: readonly string[]): boolean {
  const maker = `${of('Manufacturer')} ${of('SecondaryCaptureDeviceManufacturer')}`
  const model = of('ManufacturerModelName')
  const series = of('SeriesDescription')
  return burningDevices.some((device) => {
    if (device.maker !== undefined && !maker.includes(device.maker)) return false
    if (device.model !== undefined && !model.includes(device.model)) return false
    if (device.series !== undefined && !series.includes(device.series)) return false
    return device.imageType === undefined || image.some((value) => value.includes(device.imageType ?? ''))
  })
}

/** Overlay Bit Position (60xx,0102) other than 0, in a group without data of its own (PS3.5 8.1.2). */
function overlayInPixels({ elements }: DicomHeader): boolean {
  const overlays = elements.filter(({ tag }) => (tag & 0xff000000) >>> 0 === 0x60000000)
  const own = new Set(overlays.filter(({ tag }) => (tag & 0xffff) === 0x3000).map(({ tag }) => tag >>> 16))
  return overlays.some(({ tag, value }) => {
    return (tag & 0xffff) === 0x0102 && !own.has(tag >>> 16) && value?.some((byte) => byte !== 0) === true
  })
}
