import type { Attributes } from '@gantry/core'
import { type DataSet, itemsOf, tagOfKeyword, vrOfTag } from '@gantry/dicom'

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

/** The same of everyone that a header names, at any level: patients, those who refer, read and operate. */
export function namesIn(elements: DataSet): ReadonlySet<string> {
  const texts: string[] = []
  let left = mostItems
  gather(elements, texts, () => (left -= 1) > 0)
  return wordsOf(texts)
}

/** More than this is no header, and refused when it is rewritten. */
const mostItems = 1_000_000

function gather(elements: DataSet, texts: string[], goesOn: () => boolean): void {
  for (const element of elements) {
    const { tag, value } = element
    const vr = element.vr === 'UN' ? (vrOfTag(tag) ?? 'UN') : element.vr
    if (!goesOn()) return
    if (vr === 'SQ') for (const item of itemsOf(element)) gather(item, texts, goesOn)
    else if (value !== undefined && (vr === 'PN' || numberTags.has(tag))) texts.push(readableOf(value))
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
