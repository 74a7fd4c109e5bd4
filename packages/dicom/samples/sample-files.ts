import { type DataSet, type DicomFile, type Value, writeDicom } from '@gantry/testkit/phantom'

/** Invented: no patient, no real study. */
export const sampleIdentity = {
  studyInstanceUID: '2.25.1001',
  seriesInstanceUID: '2.25.1002',
  sopInstanceUID: '2.25.1003',
  sopClassUID: '1.2.840.10008.5.1.4.1.1.7.2',
} as const

const sequences: DataSet = [
  [0x00081140, 'SQ', { items: [[[0x00081155, 'UI', '2.25.9']], []], undefinedLength: true, undefinedItemLength: true }],
  [
    0x00081250,
    'SQ',
    {
      items: [
        [
          [0x0020000d, 'UI', '2.25.8'],
          [0x0020000e, 'UI', '2.25.7'],
        ],
      ],
    },
  ],
  [0x00400275, 'SQ', { items: [], undefinedLength: true }],
]

/** A sequence that hides in VR UN is implicit little endian whatever is around it (PS3.5 6.2.2). */
const hidden: DataSet = [
  [0x00091002, 'UN', { items: [[[0x00080100, 'SH', 'A']]], undefinedLength: true, undefinedItemLength: true }],
]

export function sampleDataSet(pixels: Value, pixelVR: 'OW' | 'OB' = 'OW', more: DataSet = hidden): DataSet {
  return [
    ...more,
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', '']],
    [0x00080016, 'UI', sampleIdentity.sopClassUID],
    [0x00080018, 'UI', sampleIdentity.sopInstanceUID],
    [0x00080020, 'DA', '20240229'],
    [0x00080060, 'CS', 'OT'],
    ...sequences,
    [0x00090010, 'LO', 'GANTRY TEST'],
    [0x00091001, 'OB', Uint8Array.of(1, 2, 3, 4)],
    [0x00100010, 'PN', 'Ümläut^Ünnamed=山田^太郎'],
    [0x00100020, 'LO', 'ID-1'],
    [0x0020000d, 'UI', sampleIdentity.studyInstanceUID],
    [0x0020000e, 'UI', sampleIdentity.seriesInstanceUID],
    [0x00200011, 'IS', 7],
    [0x00200032, 'DS', ['-1.5', '2', '3e1']],
    [0x00280008, 'IS', 3],
    [0x00280010, 'US', 4],
    [0x00280011, 'US', 4],
    [0x00280103, 'US', 1],
    [0x00280120, 'SS', -5],
    [0x7fe00010, pixelVR, pixels],
  ]
}

const native = Uint8Array.from({ length: 96 }, (_, index) => index)
const fragments = { fragments: [native.subarray(0, 20), native.subarray(20, 48), native.subarray(48, 96)] }

/** A file of each family of transfer syntaxes (PS3.5 A), and of each way to go without preamble or meta information. */
export const sampleFiles: ReadonlyMap<string, { readonly file: DicomFile; readonly uid: string }> = new Map(
  Object.entries({
    implicit: { file: { dataSet: sampleDataSet(native), syntax: 'implicit' }, uid: '1.2.840.10008.1.2' },
    explicit: { file: { dataSet: sampleDataSet(native) }, uid: '1.2.840.10008.1.2.1' },
    'big endian': {
      file: { dataSet: sampleDataSet(native, 'OW', []), syntax: 'big-endian' },
      uid: '1.2.840.10008.1.2.2',
    },
    deflated: { file: { dataSet: sampleDataSet(native), syntax: 'deflated' }, uid: '1.2.840.10008.1.2.1.99' },
    'GE implicit': encoded('1.2.840.113619.5.2', native),
    RLE: encoded('1.2.840.10008.1.2.5', fragments),
    JPEG: encoded('1.2.840.10008.1.2.4.50', fragments),
    'JPEG-LS': encoded('1.2.840.10008.1.2.4.80', { ...fragments, offsetTable: 'fragments' }),
    'JPEG 2000': encoded('1.2.840.10008.1.2.4.90', fragments),
    MPEG: encoded('1.2.840.10008.1.2.4.102', fragments),
    HTJ2K: encoded('1.2.840.10008.1.2.4.201', fragments),
    'JPEG XL': encoded('1.2.840.10008.1.2.4.110', fragments),
    'deflated frames': encoded('1.2.840.10008.1.2.8.1', fragments),
    'a syntax of the future': encoded('1.2.840.10008.1.2.999', fragments),
    'no preamble': { file: { dataSet: sampleDataSet(native), preamble: false }, uid: '1.2.840.10008.1.2.1' },
    'bare implicit': bare('implicit', '1.2.840.10008.1.2'),
    'bare explicit': bare('explicit', '1.2.840.10008.1.2.1'),
    'bare big endian': bare('big-endian', '1.2.840.10008.1.2.2'),
  }),
)

function encoded(uid: string, pixels: Value): { file: DicomFile; uid: string } {
  return { file: { dataSet: sampleDataSet(pixels, 'OB'), syntax: uid }, uid }
}

function bare(syntax: string, uid: string): { file: DicomFile; uid: string } {
  const more = syntax === 'big-endian' ? [] : hidden
  return { file: { dataSet: sampleDataSet(native, 'OW', more), syntax, preamble: false, meta: false }, uid }
}

export function sampleBytes(name: string): Buffer {
  const sample = sampleFiles.get(name)
  if (sample === undefined) throw new Error(`There is no sample "${name}".`)
  return writeDicom(sample.file)
}
