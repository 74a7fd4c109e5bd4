import { type DataSet, writeDicom } from '@gantry/testkit/phantom'

export interface ImageOptions {
  readonly study?: string
  readonly series?: string
  readonly instance?: string
  readonly patientID?: string
  readonly patientName?: string
  readonly studyDate?: string
  readonly accession?: string
  readonly modality?: string
  readonly number?: number
  readonly frames?: number
  readonly syntax?: string
  /** Rows and columns. */
  readonly size?: number
  /** Allocated and stored. */
  readonly bits?: number
  /** As they are written, whatever the syntax. */
  readonly pixels?: Uint8Array | { readonly fragments: readonly Uint8Array[] }
  /** Besides. */
  readonly more?: DataSet
}

/** The bytes of a small image, of 16 bits a pixel unless it says otherwise, whose pixels follow from its number. */
export function image(options: ImageOptions = {}): Buffer<ArrayBuffer> {
  const {
    study = '1.2.1',
    series = '1.2.1.1',
    instance = '1.2.1.1.1',
    frames = 1,
    size = 8,
    number = 1,
    bits = 16,
  } = options
  const dataSet: DataSet = [
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
    [0x00080018, 'UI', instance],
    [0x00080020, 'DA', options.studyDate ?? '20240115'],
    [0x00080030, 'TM', '101500'],
    [0x00080050, 'SH', options.accession ?? 'A1'],
    [0x00080060, 'CS', options.modality ?? 'CT'],
    [0x00080090, 'PN', 'Réf^Médecin'],
    [0x00081030, 'LO', 'Head'],
    [0x00100010, 'PN', options.patientName ?? 'Müller^Jörg=日本^太郎'],
    [0x00100020, 'LO', options.patientID ?? 'P1'],
    [0x00100040, 'CS', 'M'],
    [0x0020000d, 'UI', study],
    [0x0020000e, 'UI', series],
    [0x00200010, 'SH', 'S1'],
    [0x00200011, 'IS', '1'],
    [0x00200013, 'IS', String(number)],
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    ...(frames === 1 ? [] : ([[0x00280008, 'IS', String(frames)]] as DataSet)),
    [0x00280010, 'US', [size]],
    [0x00280011, 'US', [size]],
    [0x00280100, 'US', [bits]],
    [0x00280101, 'US', [bits]],
    [0x00280102, 'US', [bits - 1]],
    [0x00280103, 'US', [0]],
    ...(options.more ?? []),
    [
      0x7fe00010,
      options.pixels !== undefined && 'fragments' in options.pixels ? 'OB' : 'OW',
      options.pixels ?? pixelsOf(number, frames * size * size),
    ],
  ]
  return Buffer.from(writeDicom({ dataSet, ...(options.syntax !== undefined && { syntax: options.syntax }) }))
}

function pixelsOf(seed: number, count: number): Uint16Array {
  return Uint16Array.from({ length: count }, (_, index) => (index * 31 + seed * 977) & 0xffff)
}

/** Of one frame, as DICOMweb gives it. */
export function frameOf(options: ImageOptions, frame: number): Buffer {
  const { frames = 1, size = 8, number = 1 } = options
  const pixels = Buffer.from(pixelsOf(number, frames * size * size).buffer)
  return pixels.subarray((frame - 1) * size * size * 2, frame * size * size * 2)
}
