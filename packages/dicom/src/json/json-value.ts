import type { DicomJsonPersonName } from '@gantry/core'

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u
const integer = /^[+-]?\d+$/u

/** A DS or IS: a number if it is a valid and finite one, else the text as it is (PS3.18 F.2.3). */
export function numberOfText(vr: string, text: string): number | string {
  const number = (vr === 'IS' ? integer : decimal).test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) && (vr !== 'IS' || Number.isSafeInteger(number)) ? number : text
}

/** A binary number; as text where JSON has none for it: integers beyond 2^53, `NaN`, `Infinity`, `-Infinity`. */
export function jsonNumber(value: number | bigint): number | string {
  const number = Number(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(number) ? number : String(value)
  return Number.isFinite(number) ? number : String(value)
}

const groups = ['Alphabetic', 'Ideographic', 'Phonetic'] as const

/** A person name by its groups of components (PS3.5 6.2.1). */
export function personName(text: string): DicomJsonPersonName | null {
  if (text === '') return null
  const name: { -readonly [Group in keyof DicomJsonPersonName]: string } = {}
  text.split('=').forEach((part, index) => {
    const group = groups[index]
    if (group !== undefined && part !== '') name[group] = part
  })
  return name
}
