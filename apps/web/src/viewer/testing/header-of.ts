import type { DataSet } from '../data-set.ts'

/** Values as they are written, and items of sequences. */
export interface Header {
  readonly [tag: string]: string | readonly Header[]
}

/** A header as dicom-parser would have it. */
export function headerOf(values: Header): DataSet {
  const textOf = (tag: string) => (typeof values[tag] === 'string' ? values[tag] : undefined)
  return {
    elements: Object.fromEntries(
      Object.entries(values).map(([tag, value]) => [
        tag,
        typeof value === 'string' ? {} : { items: value.map((item) => ({ dataSet: headerOf(item) })) },
      ]),
    ),
    string: textOf,
    floatString: (tag) => (textOf(tag) === undefined ? undefined : Number.parseFloat(textOf(tag) ?? '')),
  }
}
