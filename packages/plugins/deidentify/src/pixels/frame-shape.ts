import { GantryError } from '@gantry/core'
import { bigEndianPixels, type DicomHeader, type DicomElement, tagOfKeyword } from '@gantry/dicom'

import { latin1Of } from '../values/latin1.ts'

/** How the pixels of every frame lie (PS3.3 C.7.6.3), as far as blanking needs it. */
export interface FrameShape {
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
  readonly bitsAllocated: number
  readonly planar: boolean
  /** Luminance and colour, of which black is 0, 128, 128. */
  readonly luminance: boolean
  /** Two pixels share their colour. */
  readonly halved: boolean
  readonly frames: number
  /** Bytes are swapped in pairs. */
  readonly swapped: boolean
}

const halvedColour: ReadonlySet<string> = new Set(['YBR_FULL_422', 'YBR_PARTIAL_422'])

export function frameShape(header: DicomHeader): FrameShape {
  const byTag = new Map(header.elements.map((element) => [element.tag, element]))
  const element = (keyword: string) => byTag.get(tagOfKeyword(keyword) ?? -1)
  const number = (keyword: string) => numberOf(element(keyword))
  const [rows, columns] = [number('Rows') ?? 0, number('Columns') ?? 0]
  const samplesPerPixel = number('SamplesPerPixel') ?? 1
  const bitsAllocated = number('BitsAllocated') ?? 0
  const name = latin1Of(element('PhotometricInterpretation')?.value ?? new Uint8Array(0)).trim()
  if (rows < 1 || columns < 1) throw new GantryError('invalid', 'Rows or Columns are missing: nothing can be blanked.')
  if (bitsAllocated !== 1 && (bitsAllocated % 8 !== 0 || bitsAllocated < 8)) {
    throw new GantryError('unsupported', `Pixels of ${bitsAllocated} bits cannot be blanked.`)
  }
  const halved = samplesPerPixel === 3 && bitsAllocated === 8 && halvedColour.has(name)
  const words = header.pixelData?.vr === 'OW' && bigEndianPixels(header)
  if ((bitsAllocated === 1 && (samplesPerPixel !== 1 || words)) || (halved && columns % 2 === 1)) {
    throw new GantryError('unsupported', 'Pixels that are packed like this cannot be blanked.')
  }
  return {
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated,
    planar: samplesPerPixel > 1 && number('PlanarConfiguration') === 1,
    luminance: name.startsWith('YBR') && samplesPerPixel === 3 && bitsAllocated === 8,
    halved,
    frames: header.identifiers.numberOfFrames ?? 1,
    swapped: words && bitsAllocated === 8,
  }
}

function numberOf(element: DicomElement | undefined): number | undefined {
  if (element?.value === undefined || element.value.length < 2) return undefined
  const { value, encoding } = element
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint16(0, !encoding.bigEndian)
}
