import type { DicomJson, DicomJsonElement } from '@gantry/core/driver'
import { commonKeywords, tagOfKeyword } from '@gantry/dicom'

import { cutWhole } from './cut-json.ts'
import { parseText } from './parse-in-turns.ts'

/** Attributes of entries, by their tags. */
export const common = commonKeywords.map((keyword) => ({
  keyword,
  tag: (tagOfKeyword(keyword) ?? 0).toString(16).padStart(8, '0').toUpperCase(),
}))

/** Identity, and the form of frames. */
const others = `00020010 00080016 00080018 0020000D 0020000E 00280002 00280008 00280010 00280011 00280100`
const tags: ReadonlySet<string> = new Set([...common.map(({ tag }) => tag), ...others.split(' ')])

/** Whether entries or frames are known by an element; by what is behind the pixel data, that there is some. */
export function isOfSummary(tag: string): boolean {
  return tags.has(tag) || tag > '7FE00010'
}

/** Of DICOM JSON, what entries and frames are known by; `SyntaxError` for what is none. */
export async function summaryOf(text: Uint8Array): Promise<DicomJson> {
  const summary: Record<string, DicomJsonElement> = {}
  for await (const { path, bytes } of cutWhole(text, ({ length }, named) => length === 0 && named)) {
    const [tag] = path
    if (bytes === undefined) continue
    if (tag === undefined) throw new SyntaxError('The metadata are no object.')
    if (isOfSummary(tag)) summary[tag] = parseText(bytes) as DicomJsonElement
  }
  return summary
}
