import type { DecodeText } from '../charset/text-decoding.ts'
import type { DicomElement } from '../structure/data-set.ts'
import { latin1 } from './ascii.ts'

/** Written in the Specific Character Set, many values (PS3.5 6.1.2.3). */
const manyTexts: ReadonlySet<string> = new Set(['LO', 'PN', 'SH', 'UC'])
/** The same, one value, in which `\` is a character. */
const oneText: ReadonlySet<string> = new Set(['LT', 'ST', 'UT'])
const manyCodes: ReadonlySet<string> = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI'])

/** VRs whose leading spaces mean nothing (PS3.5 table 6.2-1). */
const trimmedInFront: ReadonlySet<string> = new Set(['AE', 'CS', 'DS', 'IS', 'LO', 'SH', 'UI'])

/**
 * The values of a text, code or name, without padding, or `undefined` for an element of another kind. Empty values
 * are empty strings; an element without any value has none.
 */
export function textValues(element: DicomElement, decode: DecodeText): readonly string[] | undefined {
  const { vr, value } = element
  const many = manyTexts.has(vr)
  const one = oneText.has(vr)
  const codes = manyCodes.has(vr)
  if (!many && !one && !codes && vr !== 'UR') return undefined
  if (value === undefined || value.length === 0) return []
  const text = many || one ? decode(value, one ? '' : vr === 'PN' ? '\\^=' : '\\') : latin1(value)
  const trim = trimmedInFront.has(vr) ? trimmed : trimmedAtEnd
  const values = many || codes ? text.split('\\').map(trim) : [trim(text)]
  return values.every((part) => part === '') && values.length === 1 ? [] : values
}

function trimmedAtEnd(text: string): string {
  let end = text.length
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end -= 1
  return text.slice(0, end)
}

function trimmed(text: string): string {
  const rest = trimmedAtEnd(text)
  let start = 0
  while (start < rest.length && isPadding(rest.charCodeAt(start))) start += 1
  return rest.slice(start)
}

function isPadding(code: number): boolean {
  return code === 0x20 || code === 0
}
