import type { DicomJsonValue } from '@gantry/core'

import { textsOf } from './values-at.ts'
import { fitsWildcard, hasWildcard } from './wildcard.ts'

/** A backslash is a character of these. */
const oneValue: ReadonlySet<string> = new Set(['LT', 'ST', 'UR', 'UT'])
/** Without wildcards (PS3.4 C.2.2.2.4). */
const plain: ReadonlySet<string> = new Set(['AS', 'AT'])

/** Matches text, in which case counts and padding does not; several values in one key are alternatives. */
export function matchText(vr: string, key: string): (value: DicomJsonValue) => boolean {
  const tests = (oneValue.has(vr) ? [key] : key.split('\\')).map((part) => {
    const wanted = part.trim()
    if (hasWildcard(wanted) && !plain.has(vr)) return (text: string) => fitsWildcard(wanted, text)
    return (text: string) => text === wanted
  })
  return (value) => textsOf(value).some((text) => tests.some((test) => test(text.trim())))
}
