const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** `1.24 GB`: three significant digits, powers of 1000. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? String(Math.round(value)) : threeDigits(value)} ${units[unit]}`
}

/** `-` where nobody knows. */
export function formatSize(bytes: number | undefined): string {
  return bytes === undefined ? '-' : formatBytes(bytes)
}

/** Bytes of some entries and one more; unknown as soon as one of them is. */
export function addSize(bytes: number | undefined, size: number | undefined): number | undefined {
  return bytes === undefined || size === undefined ? undefined : bytes + size
}

/** `312 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

/** `3 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`; milliseconds in. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** `90 days`, `7 years`: what is kept for long is counted in years. */
export function formatDays(days: number): string {
  if (days < 365) return countOf(Math.round(days), 'day', 'days')
  const years = Math.round((days / 365.25) * 10) / 10
  return `${years} ${years === 1 ? 'year' : 'years'}`
}

/** `1,024`. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',')
}

/** `1 entry`, `1,024 entries`. */
export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

export function entries(count: number): string {
  return countOf(count, 'entry', 'entries')
}

/** `2026-11-21 04:56` in the local time zone; milliseconds since the epoch in. */
export function formatTime(time: number | undefined): string {
  if (time === undefined) return '-'
  const date = new Date(time)
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0)
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2)
}

function two(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`
}
