import { type DataSet, type Value, writeDicom } from '@gantry/testkit/phantom'

export interface FramedFile {
  readonly frames: number
  readonly rows?: number
  readonly columns?: number
  readonly samples?: number
  readonly bits?: number
  readonly photometric?: string
  readonly syntax?: string
  readonly pixels: Value
  /** Default: `OW` for more than 8 bits. */
  readonly vr?: 'OB' | 'OW'
  readonly more?: DataSet
}

/** An instance of so many frames; the pixel data are written as given. */
export function framedFile(file: FramedFile): Buffer {
  const { frames, rows = 1, columns = 1, samples = 1, bits = 8, photometric = 'MONOCHROME2', syntax, pixels } = file
  const encapsulated = typeof pixels === 'object' && 'fragments' in pixels
  return writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7.2'],
      [0x00080018, 'UI', '2.25.1003'],
      [0x00280002, 'US', samples],
      [0x00280004, 'CS', photometric],
      [0x00280008, 'IS', frames],
      [0x00280010, 'US', rows],
      [0x00280011, 'US', columns],
      [0x00280100, 'US', bits],
      ...(file.more ?? []),
      [0x7fe00010, file.vr ?? (encapsulated || bits <= 8 ? 'OB' : 'OW'), pixels],
    ],
    ...(syntax !== undefined && { syntax }),
  })
}
