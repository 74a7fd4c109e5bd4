/** Deflated Explicit VR Little Endian (PS3.5 A.5). */
const deflated = '1.2.840.10008.1.2.1.99'

/** What is asked of a header as dicom-parser has it: elements by tags such as `x00281052`. */
export interface DataSet {
  readonly elements: Readonly<Record<string, DataElement | undefined>>
  /** What it was read from, with its pixels. */
  readonly byteArray?: Uint8Array
  string(tag: string, index?: number): string | undefined
  floatString(tag: string, index?: number): number | undefined
}

export interface DataElement {
  readonly items?: readonly { readonly dataSet?: DataSet }[]
}

/** The item of a sequence, or nothing. */
export function itemOf(dataSet: DataSet | undefined, tag: string, index = 0): DataSet | undefined {
  return dataSet?.elements[tag]?.items?.[index]?.dataSet
}

/** The bytes of the file that a header is of; nothing where they are not held: of a deflated file it holds what was inflated. */
export function fileBytesOf(dataSet: DataSet): Uint8Array | undefined {
  return dataSet.string('x00020010') === deflated ? undefined : dataSet.byteArray
}
