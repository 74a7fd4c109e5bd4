import { InvalidArgumentError } from 'commander'

const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 }

/** `10M` and `10MB` are 10,000,000, `10MiB` is 10,485,760. */
export function parseBytes(text: string): number {
  const bytes = bytesOf(text.trim().replace(/\/s$/u, ''))
  if (bytes !== undefined) return bytes
  throw new InvalidArgumentError('It is an amount of bytes a second such as 500k, 10M or 1.5GiB.')
}

/** The same, of what is kept and not of what moves. */
export function parseSize(text: string): number {
  const bytes = bytesOf(text.trim())
  if (bytes !== undefined) return bytes
  throw new InvalidArgumentError('It is an amount of bytes such as 500M, 10GB or 1.5TiB.')
}

function bytesOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/iu.exec(text)
  const [, digits = '', unit = '', binary = ''] = match ?? []
  const bytes = Math.round(Number(digits) * (binary === '' ? 1000 : 1024) ** (powers[unit.toLowerCase()] ?? 0))
  return match === null || (binary !== '' && unit === '') || bytes < 1 ? undefined : bytes
}

/** A whole number in a range. */
export function parseCount(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (/^\d{1,10}$/u.test(text) && count >= least && count <= most) return count
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`)
  }
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** Seconds of `30m`, `12h`, `7d` or `2w`; a hundred years at most. */
export function parseAge(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhdw])$/u.exec(text) ?? []
  const age = Number(digits) * (seconds[unit] ?? 0)
  if (age > 0 && age <= 100 * 366 * 86_400) return age
  throw new InvalidArgumentError('It is a time such as 30m, 12h, 7d or 2w.')
}

/** The same, or `none`. */
export function parseLimit(text: string): number | 'none' {
  return text === 'none' ? 'none' : parseBytes(text)
}

/** `auto`, or how many entries at a time. */
export function parseJobs(text: string): number | 'auto' {
  if (text === 'auto') return 'auto'
  const count = Number(text)
  if (!/^\d+$/u.test(text) || count < 1 || count > 1024) {
    throw new InvalidArgumentError('It is "auto" or a number from 1 to 1024.')
  }
  return count
}

/** `2026-11-21`, or `7d`: that many days before now. */
export function parseDay(text: string, now = Date.now()): string {
  const days = /^(\d{1,5})d$/u.exec(text)?.[1]
  if (days !== undefined) return new Date(now - Number(days) * 86_400_000).toISOString().slice(0, 10)
  const date = new Date(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text) || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('A date is written YYYY-MM-DD, or as days before today: 7d.')
  }
  return text
}

/** When something that is to be kept from `now` on may go: `7y`, `90d`, `2w`, or the day itself. Milliseconds. */
export function parseRetention(text: string, now = Date.now()): number {
  const [, digits = '', unit = ''] = /^(\d{1,5})([ywd])$/u.exec(text) ?? []
  const until = new Date(now)
  if (unit === 'y') until.setUTCFullYear(until.getUTCFullYear() + Number(digits))
  else if (unit !== '') until.setUTCDate(until.getUTCDate() + Number(digits) * (unit === 'w' ? 7 : 1))
  else if (/^\d{4}-\d{2}-\d{2}$/u.test(text)) until.setTime(Date.parse(`${parseDay(text)}T00:00:00Z`))
  else throw new InvalidArgumentError('It is a time such as 7y, 2w or 90d, or the day until which: 2033-12-31.')
  const time = until.getTime()
  if (time <= now) throw new InvalidArgumentError('That day is not to come: it is a time from now on.')
  if (time > now + 200 * 366 * 86_400_000)
    throw new InvalidArgumentError('That is more than 200 years: no storage keeps it.')
  return time
}

/** What a workspace can be called. */
export function parseTitle(text: string): string {
  if (text.length <= longestTitle) return text
  throw new InvalidArgumentError(`It has ${longestTitle} characters at most.`)
}

/** Of any name in a workspace. */
const longestTitle = 4096
