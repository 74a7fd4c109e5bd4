import { type Attributes, isGantryError } from '@gantry/core'
import { type DataSet, type DicomElement, eachItemOf, ElementLimit, tagOfKeyword, vrOfTag } from '@gantry/dicom'

import { readableOf } from './latin1.ts'

/** Numbers that people are called by. */
const numbers = ['PatientID', 'OtherPatientIDs', 'IssuerOfPatientID', 'AccessionNumber'] as const
/** Names of people, that a path may be made of. */
export const personKeywords = [
  'PatientName',
  'OtherPatientNames',
  'PatientBirthName',
  'PatientMotherBirthName',
  'ReferringPhysicianName',
  'RequestingPhysician',
  'PerformingPhysicianName',
  'NameOfPhysiciansReadingStudy',
  'PhysiciansOfRecord',
  'OperatorsName',
] as const
const numberTags: ReadonlySet<number> = new Set(numbers.map((keyword) => tagOfKeyword(keyword) ?? 0))

/** Words of the names and numbers that attributes tell, in lower case. */
export function namesOf(attributes: Attributes): ReadonlySet<string> {
  return wordsOf([...personKeywords, ...numbers].map((keyword) => attributes[keyword] ?? ''))
}

/**
 * The same of everyone that a header names, at any level: patients, those who refer, read and operate. `unsupported` for a
 * header whose sequences have an item of more items and elements than are held at once.
 */
export function namesIn(elements: DataSet): ReadonlySet<string> {
  const texts: string[] = []
  gather(elements, texts, new ElementLimit())
  return wordsOf(texts)
}

function gather(elements: DataSet, texts: string[], limit: ElementLimit): void {
  for (const element of elements) {
    const { tag, value } = element
    const vr = element.vr === 'UN' ? (vrOfTag(tag) ?? 'UN') : element.vr
    if (vr === 'SQ') for (const item of readable(element, limit)) gather(item, texts, limit)
    else if (value !== undefined && (vr === 'PN' || numberTags.has(tag))) texts.push(readableOf(value))
  }
}

/** One by one, up to what is malformed: that goes, or is refused where it would stay. */
function* readable(sequence: DicomElement, limit: ElementLimit): Generator<DataSet, void, undefined> {
  try {
    yield* limit.passing(eachItemOf(sequence, limit.count))
  } catch (error) {
    if (limit.isExceeded || !isGantryError(error)) throw error
  }
}

/**
 * Whether a text that is no description holds a word of them. Single letters and short numbers, which versions and codes
 * are full of, say nothing.
 */
export function namesSomebody(text: string, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false
  return wordsIn(text).some((word) => names.has(word) && word.length > 1 && !/^\d{1,3}$/u.test(word))
}

function wordsOf(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap(wordsIn))
}

function wordsIn(text: string): string[] {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}
