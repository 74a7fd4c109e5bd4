import { type ErrorCode, isGantryError } from '@gantry/core'

import { reasonOf } from '../engine/reason-of.ts'
import { en } from './en.ts'

export type Word = keyof typeof en
type Values = Readonly<Record<string, string | number>>

/** What the page says, in the reader's language; `{name}` is filled in. */
export function say(word: Word, values: Values = {}): string {
  return en[word].replaceAll(/\{(\w+)\}/gu, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : typeof value === 'number' ? value.toLocaleString('en') : value
  })
}

type Counted = { [Key in Word]: Key extends `${infer Stem}.other` ? Stem : never }[Word]

/** The same for a number of things: `word.one`, `word.other`, and `word.zero` where there is one. */
export function sayCount(word: Counted, count: number, values: Values = {}): string {
  const zero = `${word}.zero`
  const key = count === 0 && zero in en ? zero : `${word}.${new Intl.PluralRules('en').select(count)}`
  return say((key in en ? key : `${word}.other`) as Word, { count, ...values })
}

export function sayError(error: unknown): string {
  if (!isGantryError(error)) return say('error.unknown')
  // A full disk is no full quota, and a server that answers was reached.
  const word = `error.${error.code}.${reasonOf(error) ?? ''}`
  if (word in en) return say(word as Word)
  return `error.${error.code}` in en ? sayCode(error.code) : error.message
}

/** What a code says of itself, where nobody knows more. */
export function sayCode(code: ErrorCode): string {
  const word = `error.${code}`
  return say(word in en ? (word as Word) : 'error.unknown')
}

/** `222 MB`. */
export function sayBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? 'B'}`
}

export function sayPercent(done: number, total: number): string {
  return `${total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100))}%`
}

/** `20260131` as DICOM writes it, or milliseconds. */
export function sayDay(day: string | number): string {
  if (typeof day === 'number') {
    return new Date(day).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
  }
  const parts = /^(\d{4})(\d{2})(\d{2})$/u.exec(day)
  return parts === null ? day : `${parts[1]}-${parts[2]}-${parts[3]}`
}
