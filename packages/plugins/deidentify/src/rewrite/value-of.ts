import { type DicomElement, vrOfTag } from '@gantry/dicom'

import type { RuleOf } from '../profile/rule.ts'
import type { Doing } from '../report/report.ts'
import { isInstanceUID, isTypedCode, shortTexts } from '../table/beyond-table.ts'
import { cleanText } from '../values/clean-text.ts'
import { dummyOf } from '../values/dummy.ts'
import { latin1Of, readableOf } from '../values/latin1.ts'
import { namesSomebody } from '../values/names-of.ts'
import { shiftDate } from '../values/shift-date.ts'
import { beforeControls, fits } from './fits.ts'
import type { Rewriting } from './rewriting.ts'

/** What becomes of an element that is no sequence. */
export type NewValue =
  | { readonly doing: 'kept' }
  | { readonly doing: 'removed' }
  | { readonly doing: Exclude<Doing, 'kept' | 'removed'>; readonly value: string | Uint8Array }

const kept: NewValue = { doing: 'kept' }

export function valueOf(
  rewriting: Rewriting,
  element: DicomElement,
  vr: string,
  { rule, otherwise }: RuleOf,
): NewValue {
  const { value = new Uint8Array(0), length } = element
  // One that was not read is there all the same.
  const isEmpty = value.length === 0 && (element.value !== undefined || length === 0)
  switch (rule) {
    case 'keep':
      return keptOf(rewriting, element, vr)
    case 'remove':
      return { doing: 'removed' }
    case 'empty':
      return isEmpty ? kept : { doing: 'emptied', value: '' }
    case 'dummy':
      return isEmpty ? kept : { doing: 'replaced', value: dummyOf(vr) }
    case 'pseudonym':
      return isBlank(value) ? { doing: 'emptied', value: '' } : { doing: 'replaced', value: rewriting.pseudonym }
    case 'uid':
      return uidsOf(value, (uid) => rewriting.hash.uid(uid))
    case 'shift':
      return shiftedOf(rewriting, element, vr, otherwise)
    default:
      return cleanedOf(rewriting, element, vr, otherwise)
  }
}

/** What may stay as it is: if it is a value of the VR, and names no one whom the header names. */
function keptOf(rewriting: Rewriting, element: DicomElement, vr: string): NewValue {
  const { tag, value = new Uint8Array(0) } = element
  const known = vrOfTag(tag) ?? vr
  if (!fits(tag, known, value)) {
    if (isInstanceUID(tag)) return uidsOf(value, (uid) => rewriting.hash.retainedUID(uid))
    const part = beforeControls(tag, known, value)
    if (part === undefined) return { doing: 'removed' }
    const made = keptOf(rewriting, { ...element, value: part }, vr)
    return made === kept ? { doing: 'cleaned', value: latin1Of(part) } : made
  }
  const isCode = isTypedCode(tag)
  if (!(isCode || shortTexts.has(vr)) || !namesSomebody(readableOf(value), rewriting.names)) return kept
  if (isCode) return codesOf(rewriting, value)
  return cleanedOf(rewriting, element, vr, 'dummy')
}

/** Those that name somebody become others: what refers to a layer by its name still does. */
function codesOf({ names, hash }: Rewriting, value: Uint8Array): NewValue {
  const codes = valuesOf(value).map((code) => (namesSomebody(code, names) ? hash.code(code) : code))
  return { doing: 'replaced', value: codes.join('\\') }
}

function uidsOf(value: Uint8Array, replace: (uid: string) => string): NewValue {
  const uids = valuesOf(value)
  const replaced = uids.map((uid) => (uid === '' ? '' : replace(uid)))
  return replaced.every((uid, index) => uid === uids[index]) ? kept : { doing: 'replaced', value: replaced.join('\\') }
}

function shiftedOf(rewriting: Rewriting, element: DicomElement, vr: string, otherwise: RuleOf['otherwise']): NewValue {
  const { value = new Uint8Array(0) } = element
  if (isBlank(value)) return kept
  const dates = valuesOf(value)
  const shifted = dates.map((date) => (date === '' ? '' : shiftDate(vr, date, rewriting.days)))
  if (shifted.includes(undefined)) return valueOf(rewriting, element, vr, { rule: otherwise, otherwise })
  return vr === 'TM' ? kept : { doing: 'shifted', value: shifted.join('\\') }
}

function cleanedOf(rewriting: Rewriting, element: DicomElement, vr: string, otherwise: RuleOf['otherwise']): NewValue {
  const { value = new Uint8Array(0) } = element
  if (isBlank(value)) return kept
  const text = readableOf(value)
  // Of several values each is cleaned, so that there are as many afterwards; long texts are one.
  const texts = shortTexts.has(vr) ? text.split('\\') : [text]
  const cleaned = texts.map((one) => cleanText(one, rewriting.names))
  if (cleaned.every((one) => one === '')) return valueOf(rewriting, element, vr, { rule: otherwise, otherwise })
  return cleaned.every((one, index) => one === texts[index]?.trim())
    ? kept
    : { doing: 'cleaned', value: cleaned.join('\\') }
}

function valuesOf(value: Uint8Array): string[] {
  return latin1Of(value)
    .split('\\')
    .map((each) => each.replaceAll('\0', '').trim())
}

function isBlank(value: Uint8Array): boolean {
  return value.every((byte) => byte === 0x20 || byte === 0)
}
