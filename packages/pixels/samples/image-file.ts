import { type DataSet, writeDicom } from '@gantry/testkit/phantom'

export interface Shape {
  readonly rows: number
  readonly columns: number
  readonly samples?: number
  readonly bits?: number
  readonly stored?: number
  readonly signed?: boolean
  readonly photometric?: string
  readonly syntax?: string
  readonly more?: DataSet
}

/** An image whose header says so of its pixels. */
export function fileOf(shape: Shape, pixels: Uint8Array): Buffer {
  const { rows, columns, samples = 1, bits = 8, stored = bits, signed = false, photometric = 'MONOCHROME2' } = shape
  return writeDicom({
    ...(shape.syntax !== undefined && { syntax: shape.syntax }),
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
      [0x00080018, 'UI', '2.25.7'],
      [0x00280002, 'US', samples],
      [0x00280004, 'CS', photometric],
      [0x00280010, 'US', rows],
      [0x00280011, 'US', columns],
      [0x00280100, 'US', bits],
      [0x00280101, 'US', stored],
      [0x00280102, 'US', stored - 1],
      [0x00280103, 'US', signed ? 1 : 0],
      ...(shape.more ?? []),
      [0x7fe00010, bits > 8 ? 'OW' : 'OB', pixels],
    ],
  })
}
