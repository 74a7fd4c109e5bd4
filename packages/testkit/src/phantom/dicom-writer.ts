import { type DataSet, type Value } from './data-set.ts'
import { deflate } from './deflate.ts'
import { encodeDataSet, type EncodingOptions } from './encode-data-set.ts'
import { encodingOf, explicitLittleEndian, transferSyntaxes, transferSyntaxUID } from './transfer-syntax.ts'

export interface DicomFile extends EncodingOptions {
  readonly dataSet: DataSet
  /** A name of `transferSyntaxes` or a UID. Default: `explicit`. Pixel data is written as given, never encoded. */
  readonly syntax?: string
  /** 128 bytes and `DICM`. Default: true. */
  readonly preamble?: boolean
  /**
   * File meta information (PS3.10 7.1): made from the data set, left out, or these elements; the group length is
   * added. Default: true.
   */
  readonly meta?: boolean | DataSet
}

/** Names this writer in the files that it makes (PS3.7 D.3.3.2). */
const implementationClassUID = '2.25.117498146837529120452180126163276513421'
const implementationVersionName = 'GANTRY_TESTKIT'

/** The bytes of a DICOM file, the same on every machine. */
export function writeDicom(file: DicomFile): Buffer {
  const uid = transferSyntaxUID(file.syntax ?? 'explicit')
  const body = encodeDataSet(file.dataSet, encodingOf(uid), file)
  return Buffer.concat([
    file.preamble === false ? Buffer.alloc(0) : preamble(),
    file.meta === false ? Buffer.alloc(0) : metaInformation(file, uid),
    uid === transferSyntaxes.deflated ? evened(deflate(body)) : body,
  ])
}

function preamble(): Buffer {
  const bytes = Buffer.alloc(132)
  bytes.write('DICM', 128, 'latin1')
  return bytes
}

function metaInformation(file: DicomFile, uid: string): Buffer {
  const elements = typeof file.meta === 'object' ? file.meta : defaultMeta(file.dataSet, uid)
  const group = encodeDataSet(elements, explicitLittleEndian, file)
  return Buffer.concat([encodeDataSet([[0x00020000, 'UL', group.length]], explicitLittleEndian), group])
}

function defaultMeta(dataSet: DataSet, uid: string): DataSet {
  return [
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    ...copied(dataSet, 0x00080016, 0x00020002),
    ...copied(dataSet, 0x00080018, 0x00020003),
    [0x00020010, 'UI', uid],
    [0x00020012, 'UI', implementationClassUID],
    [0x00020013, 'SH', implementationVersionName],
  ]
}

function copied(dataSet: DataSet, from: number, to: number): DataSet {
  const value: Value | undefined = dataSet.find(([tag]) => tag === from)?.[2]
  return value === undefined ? [] : [[to, 'UI', value]]
}

/** A deflated data set of odd length gets a NUL (PS3.5 A.5). */
function evened(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)])
}
