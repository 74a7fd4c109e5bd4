import type { Attributes, DicomJson, Entry, ImageIdentity } from '@gantry/core/driver'
import { keywordOfTag } from '@gantry/dicom'

import { isUid, pathOf } from '../retrieve/resource.ts'

const tags = {
  study: '0020000D',
  series: '0020000E',
  instance: '00080018',
  sopClass: '00080016',
  frames: '00280008',
  /** Of how it is kept, where the service tells it (PS3.18 10.6.3.3). */
  transferSyntax: '00083002',
  instances: '00201209',
} as const

/** Attributes that are texts of one line, or numbers. */
const told = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'LO', 'PN', 'SH', 'TM', 'UI', 'US', 'UL', 'SS', 'SL'])

/** The entry of an instance, by what searches for it, its series and its study have told; `undefined` without UIDs. */
export function entryOf(found: DicomJson): Entry | undefined {
  const [study = '', series = '', instance = ''] = [tags.study, tags.series, tags.instance].map((tag) =>
    textOf(found, tag),
  )
  // Names from a service are hostile.
  if (![study, series, instance].every(isUid)) return undefined
  const frames = Number(textOf(found, tags.frames) ?? Number.NaN)
  const transferSyntaxUID = textOf(found, tags.transferSyntax)
  const image: ImageIdentity = {
    studyInstanceUID: study,
    seriesInstanceUID: series,
    sopInstanceUID: instance,
    sopClassUID: textOf(found, tags.sopClass) ?? '',
    ...(transferSyntaxUID !== undefined && isUid(transferSyntaxUID) && { transferSyntaxUID }),
    ...(Number.isSafeInteger(frames) && frames > 0 && { numberOfFrames: frames }),
  }
  const path = pathOf({ study, series, instance })
  return { path, contentType: 'application/dicom', image, attributes: attributesOf(found) }
}

/**
 * What stands for a study, series or instance whose UIDs name nothing that could be asked for. Its name is no path, so that
 * it is told to whoever lists, and never read: left out silently, it would be missing from a copy.
 */
export function unnamed(found: DicomJson): Entry {
  const uids = [tags.study, tags.series, tags.instance].map((tag) => textOf(found, tag) ?? '')
  return { path: `studies//${uids.join('/')}` }
}

/** The UID of a study or series that was found. */
export function uidOf(found: DicomJson, level: 'study' | 'series'): string | undefined {
  const uid = textOf(found, tags[level])
  return uid !== undefined && isUid(uid) ? uid : undefined
}

/** How many instances the service says that a series has. */
export function countOf(series: DicomJson): number | undefined {
  const count = Number(textOf(series, tags.instances) ?? Number.NaN)
  return Number.isSafeInteger(count) && count > 0 ? count : undefined
}

function attributesOf(found: DicomJson): Attributes {
  const attributes: Record<string, string> = {}
  for (const [tag, { vr }] of Object.entries(found)) {
    const keyword = told.has(vr) ? keywordOfTag(Number.parseInt(tag, 16)) : undefined
    const text = keyword === undefined ? undefined : textOf(found, tag)
    if (keyword !== undefined && text !== undefined) attributes[keyword] = text
  }
  return attributes
}

function textOf(found: DicomJson, tag: string): string | undefined {
  const values = found[tag]?.Value ?? []
  const texts = values.map((value) => {
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    if (value === null || !('Alphabetic' in value) || typeof value.Alphabetic !== 'string') return ''
    return value.Alphabetic
  })
  return texts.length === 0 ? undefined : texts.join('\\')
}
