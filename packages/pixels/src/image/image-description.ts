import type { DicomHeader } from '@gantry/dicom'

import { malformedFrame } from '../errors.ts'
import { type Elements, elementsOfFrame } from './elements.ts'
import { type LookupTable, lookupTable, segmentedTable } from './lookup-table.ts'
import { describePixels, type PixelDescription } from './pixel-description.ts'

/** PS3.3 C.11.2.1.2. */
export interface VoiWindow {
  readonly center: number
  readonly width: number
  /** Default: `linear`. */
  readonly shape?: 'linear' | 'linear-exact' | 'sigmoid'
}

/** What a header says of the pixels of a frame, and of how to show them. */
export interface ImageDescription extends PixelDescription {
  readonly rescale: { readonly slope: number; readonly intercept: number } | undefined
  readonly modalityTable: LookupTable | undefined
  readonly windows: readonly VoiWindow[]
  readonly voiTables: readonly LookupTable[]
  /** Stored values that stand for no pixel (PS3.3 C.7.5.1.1.2), both ends included. */
  readonly padding: { readonly least: number; readonly greatest: number } | undefined
  /** Presentation LUT Shape is INVERSE, or the photometric interpretation MONOCHROME1. */
  readonly inverse: boolean
  readonly palette: readonly [red: LookupTable, green: LookupTable, blue: LookupTable] | undefined
}

/** The part of a header that is needed; `readHeader` gives it. */
export type ImageHeader = Pick<DicomHeader, 'elements' | 'encoding' | 'pixelData' | 'transferSyntax'>

/**
 * Of frame `frame`, counted from 1. `invalid` where Rows or Columns are missing, or numbers make no sense. Read the
 * header with `longestValue: 131072` or more if the image may have palettes.
 */
export function describeImage(header: ImageHeader, frame = 1): ImageDescription {
  const elements = elementsOfFrame(header.elements, frame)
  const pixels = describePixels(elements, header)
  const slope = elements.number('RescaleSlope')
  const intercept = elements.number('RescaleIntercept')
  const shape = elements.texts('PresentationLUTShape')[0]
  const rescale = slope === undefined || intercept === undefined || slope === 0 ? undefined : { slope, intercept }
  const modalityTable = tablesOf(elements, 'ModalityLUTSequence', pixels.signed)[0]
  return {
    ...pixels,
    rescale,
    modalityTable,
    windows: windowsOf(elements),
    voiTables: tablesOf(elements, 'VOILUTSequence', modalityTable === undefined && mayBeNegative(pixels, rescale)),
    padding: paddingOf(elements, pixels),
    inverse: pixels.photometricInterpretation === 'MONOCHROME1' ? shape !== 'IDENTITY' : shape === 'INVERSE',
    palette: pixels.photometricInterpretation === 'PALETTE COLOR' ? paletteOf(elements, pixels.signed) : undefined,
  }
}

function paddingOf(elements: Elements, pixels: PixelDescription): ImageDescription['padding'] {
  // The background of labels, which are no shades, is none of them: the least would not be told from it.
  if (elements.texts('SegmentationType')[0] === 'LABELMAP') return undefined
  const { float, bitsAllocated, signed } = pixels
  const kind = float ? (bitsAllocated === 32 ? 'Float' : 'DoubleFloat') : ''
  const stored = (value: number) => (signed && !float && value > 0x7fff ? value - 0x1_0000 : value)
  const value = elements.number(`${kind}PixelPaddingValue`)
  if (value === undefined) return undefined
  const ends = [value, elements.number(`${kind}PixelPaddingRangeLimit`) ?? value].map(stored)
  return { least: Math.min(...ends), greatest: Math.max(...ends) }
}

/** Whether what a VOI LUT is given, the output of the modality transformation (PS3.3 C.11.2.1.1), has values below 0. */
function mayBeNegative({ signed, bitsStored }: PixelDescription, rescale: ImageDescription['rescale']): boolean {
  if (rescale === undefined) return signed
  const [least, greatest] = signed ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1]
  return Math.min(least * rescale.slope, greatest * rescale.slope) + rescale.intercept < 0
}

const shapes: { readonly [name: string]: VoiWindow['shape'] } = {
  LINEAR: 'linear',
  LINEAR_EXACT: 'linear-exact',
  SIGMOID: 'sigmoid',
}

function windowsOf(elements: Elements): readonly VoiWindow[] {
  const centers = elements.numbers('WindowCenter')
  const widths = elements.numbers('WindowWidth')
  const shape = shapes[elements.texts('VOILUTFunction')[0] ?? 'LINEAR'] ?? 'linear'
  return centers.flatMap((center, index) => {
    const width = widths[index]
    return width === undefined || width <= 0 ? [] : [{ center, width, shape }]
  })
}

function tablesOf(elements: Elements, sequence: string, signed: boolean): readonly LookupTable[] {
  return elements.items(sequence).flatMap((item) => {
    const descriptor = item.find(({ tag }) => tag === 0x00283002)
    const data = item.find(({ tag }) => tag === 0x00283006)
    const table = descriptor === undefined ? undefined : lookupTable(descriptor, data, signed)
    return table === undefined ? [] : [table]
  })
}

function paletteOf(elements: Elements, signed: boolean): ImageDescription['palette'] {
  const [red, green, blue] = ['Red', 'Green', 'Blue'].map((colour) => {
    const descriptor = elements.element(`${colour}PaletteColorLookupTableDescriptor`)
    const data = elements.element(`${colour}PaletteColorLookupTableData`)
    if (descriptor === undefined) return undefined
    const segments = data === undefined ? elements.element(`Segmented${colour}PaletteColorLookupTableData`) : undefined
    return segments === undefined ? lookupTable(descriptor, data, signed) : segmentedTable(descriptor, segments, signed)
  })
  if (red === undefined || green === undefined || blue === undefined) {
    throw malformedFrame('its palette is missing')
  }
  return [red, green, blue]
}
