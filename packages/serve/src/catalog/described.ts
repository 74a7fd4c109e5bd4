import type { Entry, ImageIdentity } from '@gantry/core'
import {
  type DicomHeader,
  type DicomJson,
  type DicomJsonElement,
  tagOfKeyword,
  toDicomJson,
  vrOfTag,
} from '@gantry/dicom'

import { isUid } from '../uid.ts'
import { keptTags, levels, uidTags } from './levels.ts'

/** A listing may not tell in which transfer syntax an image is; the index must. */
export type KnownImage = ImageIdentity & { readonly transferSyntaxUID: string }

/** An image as the index keeps it: its identity, and attributes of each level. */
export interface Described {
  readonly image: KnownImage
  readonly study: DicomJson
  readonly series: DicomJson
  readonly instance: DicomJson
}

const wanted: ReadonlySet<string> = new Set(levels.flatMap((level) => [...keptTags[level]]))
const characterSet = 0x00080005
const pixelRepresentation = 0x00280103

/** Of a header; `image` is what identifies it. */
export function describeHeader(header: DicomHeader, image: KnownImage): Described {
  const elements = header.elements.filter(
    ({ tag }) => tag === characterSet || tag === pixelRepresentation || wanted.has(nameOf(tag)),
  )
  const { pixelData: _, ...rest } = header
  // What is too long to have been read is no attribute that people search by.
  return split(toDicomJson({ ...rest, pixelData: undefined, elements }, { bulkDataURI: () => undefined }), image)
}

/**
 * Of an entry whose listing says which image it is and what is known of it; `undefined` where the file must be looked
 * into.
 */
export function describeEntry(entry: Entry): Described | undefined {
  const { image, attributes } = entry
  const { transferSyntaxUID } = image ?? {}
  if (image === undefined || transferSyntaxUID === undefined) return undefined
  if (attributes?.['PatientID'] === undefined) return undefined
  if (![image.studyInstanceUID, image.seriesInstanceUID, image.sopInstanceUID].every(isUid)) return undefined
  const json: { [tag: string]: DicomJsonElement } = {}
  for (const [keyword, text] of Object.entries(attributes)) {
    const tag = tagOfKeyword(keyword)
    const vr = tag === undefined ? undefined : vrOfTag(tag)
    if (tag === undefined || vr === undefined || !wanted.has(nameOf(tag))) continue
    const values = text.split('\\').map((value) => valueOf(vr, value))
    json[nameOf(tag)] = { vr: vr === 'xs' ? 'US' : vr, Value: values }
  }
  return split(json, { ...image, transferSyntaxUID })
}

function valueOf(vr: string, text: string) {
  if (vr === 'PN') return { Alphabetic: text }
  const isNumber = ['US', 'SS', 'UL', 'SL', 'IS', 'DS', 'FL', 'FD', 'xs'].includes(vr)
  return isNumber && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

function split(json: DicomJson, image: KnownImage): Described {
  const uid = (value: string) => ({ vr: 'UI', Value: [value] })
  const of = (kept: ReadonlySet<string>): { [tag: string]: DicomJsonElement } =>
    Object.fromEntries(Object.entries(json).filter(([tag]) => kept.has(tag)))
  return {
    image,
    study: { ...of(keptTags.study), [uidTags.study]: uid(image.studyInstanceUID) },
    series: { ...of(keptTags.series), [uidTags.series]: uid(image.seriesInstanceUID) },
    instance: {
      ...of(keptTags.instance),
      '00080016': uid(image.sopClassUID),
      [uidTags.instance]: uid(image.sopInstanceUID),
    },
  }
}

function nameOf(tag: number): string {
  return tag.toString(16).padStart(8, '0').toUpperCase()
}

/** The first value as text, as the index sorts and finds by it. */
export function textOf(json: DicomJson, tag: string): string {
  const value = json[tag]?.Value?.[0]
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'object' || value === null) return ''
  const { Alphabetic, Ideographic, Phonetic } = value as { [group: string]: string | undefined }
  return [Alphabetic, Ideographic, Phonetic].find((group) => group !== undefined && group !== '') ?? ''
}
