import { type Attributes, GantryError } from '@gantry/core'

import { textDecoding } from '../charset/text-decoding.ts'
import { tagOfKeyword } from '../dictionary/dictionary.ts'
import type { DataSet, DicomElement } from '../structure/data-set.ts'
import { tags } from '../structure/tag.ts'
import { latin1 } from './ascii.ts'
import { numberValues, tagValues } from './numbers.ts'
import { textValues } from './text.ts'

/** What selections and layouts go by, and what people know a study by. */
export const commonKeywords = [
  'PatientID',
  'PatientName',
  'PatientBirthDate',
  'PatientSex',
  'StudyInstanceUID',
  'StudyID',
  'StudyDate',
  'StudyTime',
  'StudyDescription',
  'AccessionNumber',
  'SeriesInstanceUID',
  'SeriesNumber',
  'SeriesDate',
  'SeriesDescription',
  'Modality',
  'BodyPartExamined',
  'SOPClassUID',
  'SOPInstanceUID',
  'InstanceNumber',
  'NumberOfFrames',
  'Rows',
  'Columns',
  'Manufacturer',
  'InstitutionName',
  'ReferringPhysicianName',
]

/** The tags of keywords of the dictionary; `invalid` for others. */
export function tagsOfKeywords(keywords: readonly string[]): readonly number[] {
  return keywords.map((keyword) => {
    const tag = tagOfKeyword(keyword)
    if (tag === undefined) {
      throw new GantryError('invalid', `${JSON.stringify(keyword)} is not the keyword of a DICOM attribute.`)
    }
    return tag
  })
}

/** The elements of `keywords` as text; absent, empty, binary and sequence ones are left out. */
export function attributesOf(elements: DataSet, keywords: readonly string[] = commonKeywords): Attributes {
  const byTag = new Map(elements.map((element) => [element.tag, element]))
  const decode = textDecoding(latin1(byTag.get(tags.specificCharacterSet)?.value ?? new Uint8Array(0)))
  const attributes: { [keyword: string]: string } = {}
  tagsOfKeywords(keywords).forEach((tag, index) => {
    const element = byTag.get(tag)
    const text = element === undefined ? '' : textOf(element, decode)
    if (text !== '') attributes[keywords[index] as string] = text
  })
  return attributes
}

/** Several values are joined by `\`; of a name, the first group of components that there is. */
function textOf(element: DicomElement, decode: (bytes: Uint8Array, delimiters: string) => string): string {
  const values = textValues(element, decode) ?? tagValues(element) ?? numberValues(element) ?? []
  const texts = values.map((value) => (element.vr === 'PN' ? shownName(String(value)) : String(value)))
  return texts.join('\\')
}

/** Alphabetic, else ideographic, else phonetic (PS3.5 6.2.1). */
function shownName(name: string): string {
  return name.split('=').find((group) => group !== '') ?? ''
}
