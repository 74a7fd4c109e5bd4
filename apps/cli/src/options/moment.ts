const moment = /^(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/u

/**
 * The first and the last millisecond of a day, or of a time (ISO 8601). Without a zone it is read as UTC, whatever the machine's is:
 * the cloud names none either, and a study must not change its day with who asks. Nothing for what is no day of the calendar.
 */
export function readMoment(text: string): { readonly first: number; readonly last: number } | undefined {
  const [, year, , month, day, hours, minutes, seconds = '00', zone = 'Z'] = moment.exec(text) ?? []
  if (year === undefined || month === undefined || day === undefined) return undefined
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== Number(day)) return undefined
  if (hours === undefined) return { first: midnight, last: midnight + 24 * 60 * 60 * 1000 - 1 }
  const first = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}${zone}`)
  return Number.isNaN(first) ? undefined : { first, last: first }
}
