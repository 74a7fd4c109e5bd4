/** What a DA, TM or DT stands for at the precision it is written in: its first and last microsecond. */
export interface Span {
  readonly first: number
  readonly last: number
}

export type MomentVR = 'DA' | 'TM' | 'DT'

const second = 1_000_000

/** `undefined` for what is none. The older forms with dots and colons are read too (PS3.5 6.2). */
export function parseMoment(vr: MomentVR, text: string): Span | undefined {
  const value = text.trim()
  if (vr === 'DA') return date(value.replaceAll('.', ''), 8)
  if (vr === 'TM') return time(value.replaceAll(':', ''))
  return dateTime(value)
}

/** A date and a time of it as one moment; without a time, all of the day. */
export function combineMoments(of: Span, within: Span | undefined): Span {
  return within === undefined ? of : { first: of.first + within.first, last: of.first + within.last }
}

function date(digits: string, least: number): Span | undefined {
  const match = /^(\d{4})(?:(\d{2})(\d{2})?)?$/u.exec(digits)
  if (match === null || digits.length < least) return undefined
  const [, year = '', month, ofMonth] = match
  const first = dayOf(Number(year), Number(month ?? 1), Number(ofMonth ?? 1))
  if (first === undefined) return undefined
  const next = new Date(first)
  if (month === undefined) next.setUTCFullYear(next.getUTCFullYear() + 1)
  else if (ofMonth === undefined) next.setUTCMonth(next.getUTCMonth() + 1)
  else next.setUTCDate(next.getUTCDate() + 1)
  return { first: first * 1000, last: next.valueOf() * 1000 - 1 }
}

/** Milliseconds; `undefined` for a day that no calendar has. */
function dayOf(year: number, month: number, ofMonth: number): number | undefined {
  const at = new Date(Date.UTC(2000, month - 1, ofMonth))
  at.setUTCFullYear(year, month - 1, ofMonth)
  const same = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === ofMonth
  return same ? at.valueOf() : undefined
}

function time(text: string): Span | undefined {
  const match = /^(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?$/u.exec(text)
  if (match === null) return undefined
  const [, hours = '', minutes, seconds, fraction] = match
  const [h, m, s] = [Number(hours), Number(minutes ?? 0), Number(seconds ?? 0)]
  // 60 is a leap second.
  if (h > 23 || m > 59 || s > 60) return undefined
  const first = ((h * 60 + m) * 60 + s) * second + Number((fraction ?? '').padEnd(6, '0'))
  const unit =
    minutes === undefined
      ? 3600 * second
      : seconds === undefined
        ? 60 * second
        : fraction === undefined
          ? second
          : 10 ** (6 - fraction.length)
  return { first, last: first + unit - 1 }
}

function dateTime(text: string): Span | undefined {
  const match = /^(\d{4,8})(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?$/u.exec(text)
  if (match === null) return undefined
  const [, days = '', clock, offset] = match
  const of = date(days, 4)
  if (of === undefined || (clock !== undefined && days.length !== 8)) return undefined
  const within = clock === undefined ? undefined : time(clock)
  if (clock !== undefined && within === undefined) return undefined
  const { first, last } = combineMoments(of, within)
  const shift = offset === undefined ? 0 : offsetOf(offset)
  return { first: first - shift, last: last - shift }
}

function offsetOf(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  return sign * (Number(text.slice(1, 3)) * 60 + Number(text.slice(3, 5))) * 60 * second
}
