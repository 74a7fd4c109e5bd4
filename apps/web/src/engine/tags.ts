import { collect } from '@gantry/core'
import { keywordOfTag, readHeader, toDicomJson } from '@gantry/dicom'
import type { DicomJson } from '@gantry/core'
import type { FileInput } from '@gantry/share'

import type { TagRow } from './model.ts'

/** Longest value that is shown whole. */
const longest = 256

/** All attributes of the header, sequences under each other. */
export async function tagsOf(input: FileInput): Promise<TagRow[]> {
  const header = await readHeader({
    size: input.size,
    read: async (start, end) => await collect(await input.read({ start, end }), end - start),
  })
  const rows: TagRow[] = []
  add(rows, toDicomJson(header), 0)
  return rows
}

function add(rows: TagRow[], json: DicomJson, depth: number): void {
  for (const [tag, { vr, Value: values, ...rest }] of Object.entries(json).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const number = Number.parseInt(tag, 16)
    const nested = vr === 'SQ' ? ((values ?? []) as readonly DicomJson[]) : []
    rows.push({
      tag: `(${tag.slice(0, 4)},${tag.slice(4)})`,
      keyword: keywordOfTag(number) ?? '',
      vr: vr ?? '',
      value: vr === 'SQ' ? '' : textOf(values, rest),
      depth,
      private: ((number >>> 16) & 1) === 1,
    })
    for (const item of nested) add(rows, item, depth + 1)
  }
}

function textOf(values: readonly unknown[] | undefined, rest: object): string {
  if (values === undefined) return 'InlineBinary' in rest || 'BulkDataURI' in rest ? '(binary)' : ''
  const text = values.map(partOf).join(' \\ ')
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function partOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const { Alphabetic = '', Ideographic = '' } = value as {
      readonly Alphabetic?: string
      readonly Ideographic?: string
    }
    return [Alphabetic, Ideographic].filter((part) => part !== '').join(' = ')
  }
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- what is no object is text or a number
  return value === null || value === undefined ? '' : String(value as string | number)
}
