const dayLength = 86_400_000

/**
 * A DA, DT or TM some whole days later, as precise as it was; `undefined` for what is no date. Times of a day stay: a
 * shift by whole days moves none.
 */
export function shiftDate(vr: string, value: string, days: number): string | undefined {
  const text = value.trim()
  if (vr === 'TM') return /^\d{2}:?(?:[0-5]\d:?(?:[0-6]\d(?:\.\d{1,6})?)?)?$/u.test(text) ? text : undefined
  if (vr === 'DA') {
    // ACR-NEMA wrote points.
    const [, year, month, day] = /^(\d{4})(?:\.?)(\d{2})(?:\.?)(\d{2})$/u.exec(text) ?? []
    return day === undefined ? undefined : shifted(Number(year), Number(month), Number(day), days)
  }
  const match = /^(\d{4})(\d{2})?(\d{2})?((?:\d{2}){0,3}(?:\.\d{1,6})?)([+-]\d{4})?$/u.exec(text)
  if (match === null) return undefined
  const [, year, month, day, time = '', zone = ''] = match
  if (day === undefined && time !== '') return undefined
  const date = shifted(Number(year), Number(month ?? '07'), Number(day ?? '01'), days)
  if (date === undefined) return undefined
  return `${date.slice(0, day === undefined ? (month === undefined ? 4 : 6) : 8)}${time}${zone}`
}

function shifted(year: number, month: number, day: number, days: number): string | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  const moved = new Date(date.getTime() + days * dayLength)
  const years = moved.getUTCFullYear()
  if (years < 1 || years > 9999) return undefined
  const two = (number: number) => String(number).padStart(2, '0')
  return `${String(years).padStart(4, '0')}${two(moved.getUTCMonth() + 1)}${two(moved.getUTCDate())}`
}
