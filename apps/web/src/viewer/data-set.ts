/** What is asked of a header as dicom-parser has it: elements by tags such as `x00281052`. */
export interface DataSet {
  readonly elements: Readonly<Record<string, DataElement | undefined>>
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
