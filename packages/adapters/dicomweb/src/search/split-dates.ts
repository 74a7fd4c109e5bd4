/** First and last day, `YYYYMMDD`. */
export interface Days {
  readonly first: string
  readonly last: string
}

/** A range of dates as days, open ends closed by the calendar; `undefined` for one that is none. */
export function daysOf(range: string): Days | undefined {
  const match = /^\s*(\d{8})?\s*-\s*(\d{8})?\s*$/u.exec(range.replaceAll('.', ''))
  if (match === null) return undefined
  const [, first = '00010101', last = '99991231'] = match
  return { first, last }
}

/** Two halves that are all of it; `undefined` for a single day. */
export function halves({ first, last }: Days): readonly [Days, Days] | undefined {
  const [from, to] = [numberOf(first), numberOf(last)]
  if (from >= to) return undefined
  const middle = Math.floor((from + to) / 2)
  return [
    { first, last: textOf(middle) },
    { first: textOf(middle + 1), last },
  ]
}

const day = 86_400_000

/** Days since 1970. */
function numberOf(text: string): number {
  const date = new Date(0)
  date.setUTCFullYear(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8)))
  return Math.floor(date.valueOf() / day)
}

function textOf(number: number): string {
  const date = new Date(number * day)
  return `${String(date.getUTCFullYear()).padStart(4, '0')}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
